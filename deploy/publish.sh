#!/usr/bin/env bash
# Builds what is given to others; everything goes to artifacts/dist/.
#
#   deploy/publish.sh                       all of it
#   deploy/publish.sh self-contained        linux-x64/: hale with the runtime inside, and beside it the database library
#   deploy/publish.sh framework-dependent   linux-x64-framework/: small, needs the ASP.NET Core runtime 10
#   deploy/publish.sh tool                  Hale.Tool.VERSION.nupkg: dotnet tool install -g Hale.Tool
#   deploy/publish.sh deb                   hale_VERSION_amd64.deb
#   deploy/publish.sh image                 image/: what docker build needs; see deploy/docker/Dockerfile
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
# shellcheck source=eng/checkout.sh
. "$root/eng/checkout.sh"
cd "$root"
publish=$root/artifacts/dist

# The lock files hold for what is published, too. No documentation files, and what a stack trace needs goes into the programs.
quiet_dotnet() {
    local output
    output=$(CI=true dotnet "$@" -c Release -nologo -v quiet 2>&1) || give_up "$output"
}

publish() {
    rm -rf "${publish:?}/$1"
    quiet_dotnet publish src/Hale.Cli -r linux-x64 -o "$publish/$1" -p:DebugType=embedded -p:GenerateDocumentationFile=false "${@:2}"
}

# Once, however many parts are made of it.
self_contained() {
    [ -z "${published:-}" ] || return 0
    alone publish linux-x64 --self-contained true -p:PublishSingleFile=true
    chmod 644 "$publish/linux-x64/libe_sqlite3.so"
    published=yes
}

[ $# -gt 0 ] || set -- self-contained framework-dependent tool deb image
for what in "$@"; do
    case $what in
    self-contained) self_contained ;;
    framework-dependent) alone publish linux-x64-framework --self-contained false ;;
    tool)
        rm -f "$publish"/Hale.Tool.*.nupkg
        alone quiet_dotnet pack src/Hale.Cli -o "$publish"
        ;;
    deb)
        self_contained
        deploy/deb/build.sh "$publish/linux-x64" "$publish"
        ;;
    image)
        self_contained
        rm -rf "$publish/image"
        mkdir -p "$publish/image"
        cp deploy/docker/Dockerfile deploy/deb/hale.yaml "$publish"/linux-x64/* "$publish/image/"
        ;;
    *)
        sed -n '2,/^set/{s/^# \{0,1\}//;/^set/!p}' "$0" >&2
        exit 2
        ;;
    esac
done
