#!/usr/bin/env bash
# Makes a small Debian with systemd as a tar, for containers in tests: eng/debian-rootfs.sh OUTPUT.tar
# As root, with mmdebstrap; about half a minute. What is there already and not older than this script is kept.
set -euo pipefail
output=${1:?name the tar to write}
self=$(readlink -f "${BASH_SOURCE[0]}")
[ "$output" -nt "$self" ] && exit 0

# shellcheck source=/dev/null
. /etc/os-release
mkdir -p "$(dirname "$output")"
# What nobody reads in a container is left out. libstdc++6 is what a self-contained .NET program needs beside the C library.
# shellcheck disable=SC2016 # the hook is for the shell that mmdebstrap starts
mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,libstdc++6,procps,curl \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*' \
    "${VERSION_CODENAME:-bookworm}" "$output.part.tar" >&2
mv "$output.part.tar" "$output"
