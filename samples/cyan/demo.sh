#!/usr/bin/env bash
# Shows a group of containers at work: brought up, proved ready, used, broken, removed. Takes about a minute, leaves nothing behind.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
hale=${HALE:-$root/hale}
# Once more, with an engine; what it then starts finds the same one.
if [ -z "${CYAN_DEMO:-}" ]; then
    CYAN_DEMO=yes exec "$here/with-engine" "$here/demo.sh"
fi

if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
export CYAN_SESSION="cyan demo $$" # beside those of others
folder=$(mktemp -d "${TMPDIR:-/tmp}/hale-cyan-XXXXXX")
cleanup() {
    trap '' INT TERM
    "$hale" down --session "$CYAN_SESSION" >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cd "$folder"

title 'Seven containers for one session: made, proved ready, used, taken away'
"$here/run" name=Beaver
tar -tzf cyan.tar.gz | sed '/\/$/d; s/^/  /'

title 'The same group for a command of yours, by hale up'
# shellcheck disable=SC2016 # for the shell that is started
"$hale" up --quiet "$here/group.yaml" -- sh -c '"$0" ps "$HALE_UP_SESSION" && printf "the merger says: %s\n" "$(curl -s "http://$HALE_UP_MERGER/")"' "$hale"

title 'Broken in three of the ways that samples/cyan/break knows: what Hale says, and how soon'
"$here/break" crash out-of-memory wrong-port

title 'What is left of it'
"$hale" ps "$CYAN_SESSION" || true
