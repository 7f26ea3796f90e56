#!/usr/bin/env bash
# Builds the Debian package from a published hale: deploy/deb/build.sh FOLDER OUTPUT-FOLDER
# FOLDER holds hale and libe_sqlite3.so, as "deploy/publish.sh self-contained" leaves them. Needs dpkg-deb.
#   HALE_DEB_VERSION      another version than the program's own
#   HALE_DEB_COMPRESSION  xz (default), zstd, gzip or none: none is quick, for tests
set -euo pipefail
program=$(readlink -f "${1:?name the folder with hale}")
output=$(readlink -f "${2:?name the folder for the package}")
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd -P)
deploy=$(dirname "$here")
root=$(dirname "$deploy")
hale=$program/hale
version=${HALE_DEB_VERSION:-$("$hale" version --json | sed -n 's/.*"version": *"\([^"]*\)".*/\1/p')}

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
umask 022
chmod 755 "$tree"

install -D -m 755 "$hale" "$tree/usr/lib/hale/hale"
install -D -m 644 "$program/libe_sqlite3.so" "$tree/usr/lib/hale/libe_sqlite3.so"
mkdir -p "$tree/usr/bin"
ln -s ../lib/hale/hale "$tree/usr/bin/hale"
install -D -m 644 "$deploy/systemd/hale.service" "$tree/lib/systemd/system/hale.service"
install -D -m 644 "$here/hale.yaml" "$tree/etc/hale/hale.yaml"
for page in hale.1 hale.yaml.5; do
    install -D -m 644 "$deploy/man/$page" "$tree/usr/share/man/man${page##*.}/$page"
    gzip -9n "$tree/usr/share/man/man${page##*.}/$page"
done
mkdir -p "$tree/usr/share/bash-completion/completions" "$tree/usr/share/zsh/vendor-completions" "$tree/usr/share/fish/vendor_completions.d"
"$hale" completion bash >"$tree/usr/share/bash-completion/completions/hale"
"$hale" completion zsh >"$tree/usr/share/zsh/vendor-completions/_hale"
"$hale" completion fish >"$tree/usr/share/fish/vendor_completions.d/hale.fish"
install -D -m 644 "$here/copyright" "$tree/usr/share/doc/hale/copyright"
install -m 644 "$root/CHANGELOG.md" "$tree/usr/share/doc/hale/CHANGELOG.md"
# The same sources give the same package: its date is that of the change log.
date=$(date -R -u -d "@${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct -- CHANGELOG.md 2>/dev/null || stat -c %Y "$root/CHANGELOG.md")}")
printf 'hale (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md beside this file.\n\n -- The Hale project <hale@localhost>  %s\n' \
    "$version" "$date" >"$tree/usr/share/doc/hale/changelog"
gzip -9n "$tree/usr/share/doc/hale/changelog"
install -D -m 644 "$here/lintian-overrides" "$tree/usr/share/lintian/overrides/hale"

mkdir "$tree/DEBIAN"
echo /etc/hale/hale.yaml >"$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do
    install -m 755 "$here/$script" "$tree/DEBIAN/$script"
done
sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$tree" | cut -f1)/" "$here/control" >"$tree/DEBIAN/control"
(cd "$tree" && find usr lib etc -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)

dpkg-deb --root-owner-group -Z"${HALE_DEB_COMPRESSION:-xz}" --build "$tree" "$output/hale_${version}_amd64.deb" >/dev/null
printf '%s\n' "$output/hale_${version}_amd64.deb"
