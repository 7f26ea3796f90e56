#!/usr/bin/env bash
# Installs the Debian packages named in the given files (one per line, # begins a remark) where they are missing. Quiet when
# nothing is to be done. Services that a package brings are not started: they are there for tests, which start their own.
set -euo pipefail

missing=()
while read -r package; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done < <(sed -E 's/[[:space:]]*(#.*)?$//; /^$/d' "$@" | sort -u)
[ ${#missing[@]} -gt 0 ] || exit 0

by_hand="Please install them by hand: apt-get install ${missing[*]}"
command -v apt-get >/dev/null || { printf 'These tools are needed: %s. They are named as in Debian, and apt-get is not here.\n' "${missing[*]}" >&2; exit 3; }
as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null || {
        printf 'Debian packages are missing, and installing them needs root. %s\n' "$by_hand" >&2
        exit 3
    }
    as_root=(sudo -n)
fi

log=$(mktemp)
guard=/usr/sbin/policy-rc.d
cleanup() {
    rm -f "$log"
    [ -z "${guarded:-}" ] || "${as_root[@]}" rm -f "$guard"
}
trap cleanup EXIT
# Debian asks this file before it starts a service; 101 is "no". One that is there already is the machine's own and stays.
if [ ! -e "$guard" ]; then
    guarded=yes
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$guard" >/dev/null
    "${as_root[@]}" chmod 755 "$guard"
fi

[ -t 2 ] && printf 'installing %s ...\n' "${missing[*]}" >&2
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=120 "${missing[@]}" >"$log" 2>&1 </dev/null
}
# The list of packages may be old or absent; fetching it is slow, so it is done only when it has to be.
install || { "${as_root[@]}" apt-get update -q >>"$log" 2>&1 && install; } || {
    tail -n 20 "$log" >&2
    printf 'Debian packages could not be installed. %s\n' "$by_hand" >&2
    exit 3
}
