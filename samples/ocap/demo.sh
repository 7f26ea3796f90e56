#!/usr/bin/env bash
# Rehearses a recorder that is slow when its files are not in memory, until it is warm; lets Hale learn which files those are, and read them ahead on "the
# next machine"; breaks it, and shows what is reported. Takes about a minute, and leaves nothing behind. Exit code 0 when all went as told.
set -euo pipefail
export LC_ALL=C DOTNET_EnableDiagnostics=0
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
. "$root/eng/checkout.sh"
hale=${HALE:-$root/hale}
export OCAP_RECORDER=${OCAP_RECORDER:-$root/artifacts/bin/Hale.Samples.Ocap/release/ocap-recorder}
[ -x "$OCAP_RECORDER" ] || alone build 'the recorder' "$here"
find_runtime

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'; else bold='' dim='' red='' green='' plain=''; fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
tell() { printf '  %s\n' "$@"; }
quote() { sed -u "s/^/  $dim| /; s/\$/$plain/"; }
fail() {
    printf '%s%s%s\n' "$red" "$*" "$plain"
    exit 1
}

# Below the checkout, which lies on a disk: files among the temporary ones may never leave memory.
mkdir -p "$root/artifacts"
folder=$(mktemp -d "$root/artifacts/demo-warm-XXXXXX")
cleanup() {
    trap - EXIT
    trap '' INT TERM HUP
    # "hale warm" ends what it has started before itself ends.
    wait
    rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cd "$folder"
cp "$here/plan.yaml" .
mkdir temp_recordings

# The row of the session that this machine is for, where whoever waits at the door looks.
row() { "$hale" session show lesson-1 --store sqlite:sessions.db | quote; }

# Runs a warm-up; its words are shown, its exit code is the one that is wanted, and its last line is kept.
warm() {
    local wanted=$1 code=0
    shift
    { "$hale" warm plan.yaml "$@" 2>&1 || code=$?; echo "$code" >code; } | tee said | quote
    code=$(cat code)
    [ "$code" = "$wanted" ] || fail "hale warm ended with exit code $code instead of $wanted."
}
just_started() { "$OCAP_RECORDER" forget runtime; }

title 'A recorder that loads 400 files before it writes a byte'
"$OCAP_RECORDER" make runtime "${OCAP_MEGABYTES:-400}"
tell "Its runtime environment: $(du -sm runtime | cut -f 1) MB. Somebody's recording lies in its folder already, and has to stay."
echo precious >temp_recordings/lesson.mcap

"$hale" session create lesson-1 --role student --store sqlite:sessions.db >said
"$hale" session set lesson-1 --role student --unhealthy 'the machine was never warmed' --store sqlite:sessions.db >said
echo 'report: { store: "sqlite:sessions.db", session: lesson-1, role: student, spool: spool }' >>plan.yaml
tell 'The session that the machine is for:'
row

title 'The machine has just been started: nothing is in memory'
just_started
tell 'Rehearsals go on until the time from the start to growing files is flat. What a start opens is learned meanwhile.'
warm 0 --record
cold=$(tail -n 1 said)
[ -s plan.prefetch ] || fail 'No list of files was written.'
grep -c '^[^#]' plan.prefetch >count
row
tell "$(cat count) files were learned: $(sed -n '/^#/!{p;q}' plan.prefetch) and so on, in plan.prefetch beside the plan."

title 'The next machine: the same plan, and the list'
just_started
warm 0
tell "Without the list: $cold" "With it:          $(tail -n 1 said)"

title 'What is left'
[ "$(cat temp_recordings/lesson.mcap)" = precious ] || fail "Somebody's recording is gone."
[ "$(find temp_recordings -type f | wc -l)" = 1 ] || fail 'Trial recordings were left behind.'
[ ! -e ocap.pid ] || fail 'A pid file was left behind.'
tell 'The trial recordings are gone, the recording that was there before is not, and no recorder runs.'

title 'A part of the runtime environment is missing'
rm runtime/library07.so
warm 1
tell 'Nobody is let in on that: it failed at once, at this step, for this reason.'
row

printf '\n%sWarm, and only then said to be.%s\n' "$green" "$plain"
