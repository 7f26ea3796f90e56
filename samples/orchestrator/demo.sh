#!/usr/bin/env bash
# Runs the sample orchestrator under Hale in a temporary folder, breaks it in each way that it knows, and tells what happened and
# why. Takes about a minute, and leaves nothing behind. Exit code 0 when every breakage was healed or handed to a person.
#
# HALE names the command; the default is the one on PATH. Nothing here needs root. The small disk that is filled is a tmpfs
# in a mount namespace of our own, which goes with us; where the kernel lets us have none, that part is left out and said so.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd -P)
hale=${HALE:-hale}
for tool in sqlite3 jq; do
    command -v "$tool" >/dev/null || {
        echo "The demo needs $tool: apt-get install $tool" >&2
        exit 3
    }
done

# Once more, in a mount namespace of our own: as root directly, otherwise as the root of a user namespace.
if [ -z "${DEMO_NAMESPACE:-}" ]; then
    for how in --mount '--mount --map-root-user'; do
        # shellcheck disable=SC2086
        if unshare $how true 2>/dev/null; then
            DEMO_NAMESPACE=own exec unshare $how "$0" "$@"
        fi
    done
    export DEMO_NAMESPACE=none
fi

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'; else bold='' dim='' red='' green='' plain=''; fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
tell() { printf '  %s\n' "$@"; }
# What Hale itself says, one line on the screen for each of its lines.
width=200
[ ! -t 1 ] || width=$(tput cols 2>/dev/null || echo 80)
quote() { cut -c "1-$((width > 40 ? width - 5 : 40))" | sed "s/^/  $dim| /; s/\$/$plain/"; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/hale-demo-XXXXXX")
export HALE_DEMO=$folder # inherited by everything that we start: that is how we find it again
export DOTNET_EnableDiagnostics=0 # a Hale that is killed, as below, would leave the socket of its diagnostics behind
daemon=''
cleanup() {
    trap - EXIT
    trap '' INT TERM HUP
    local pid
    if [ -n "$daemon" ] && kill -TERM "$daemon" 2>/dev/null; then
        for _ in {1..50}; do kill -0 "$daemon" 2>/dev/null && sleep 0.1; done
    fi
    # Hale takes what it supervises along, as it was asked to; this is for what went wrong. More than one look: something that is about to end may have just begun another.
    for _ in 1 2 3; do
        for pid in $(mine); do kill -KILL "$pid" 2>/dev/null || true; done
    done
    wait
    umount "$folder/work" 2>/dev/null || true
    rm -rf "$folder"
}
mine() {
    local environ pid
    for environ in /proc/[0-9]*/environ; do
        pid=${environ#/proc/} pid=${pid%/environ}
        # This shell and its own children took the variable after they began, or are this very loop.
        [ "$pid" != $$ ] && [ "$pid" != "$BASHPID" ] && grep -qzxF "HALE_DEMO=$folder" "$environ" 2>/dev/null && echo "$pid"
    done || true
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cp "$here/hale.yaml" "$here/run-experiments.sh" "$folder"
mkdir "$folder/work"
cd "$folder"
no_disk=''
[ "$DEMO_NAMESPACE" = own ] && mount -t tmpfs -o size=32m,mode=700 tmpfs work 2>/dev/null ||
    no_disk='no mount namespace can be had here, and this demo fills no disk but its own'

export FRAME_SECONDS=0.2 FRAMES=6 LONG_FRAMES=25 LEAK_MB=32 LEAK_MAX_MB=256
export EVERY=300ms WINDOW=2s GRACE=1s MEMORY_WARN=60MB MEMORY=100MB BUDGET='50 per 10m' COOLDOWN=500ms STABLE=1s
export LISTEN=off # the port may be another Hale's; the command uses the socket in the folder

# The command, for its words: its exit code says how the target is, which is looked at below.
ask() { "$hale" "$@" 2>&1 || true; }

# The value of a jq expression on a target as it stands.
look() { ask status --json | jq -r --arg name "$1" ".targets[] | select(.name == \$name) | $2" 2>/dev/null || true; }

# Waits until a jq expression holds for a target.
until_true() {
    local what=$1 target=$2 expression=$3 deadline=$((SECONDS + 40))
    until [ "$(look "$target" "$expression")" = true ]; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            printf '%sAfter 40 s this had not happened: %s%s\n' "$red" "$what" "$plain"
            ask explain "$target" | quote
            tail -n 20 hale.out | quote
            exit 1
        fi
        kill -0 "$daemon" 2>/dev/null || {
            printf '%sHale has ended by itself:%s\n' "$red" "$plain"
            tail -n 20 hale.out | quote
            exit 1
        }
        sleep 0.1
    done
}
well='(.health == "ok" or .health == "degraded") and .openIntent == null and .verifyUntil == null and .attempts == 0'
settled() { until_true "$1 is well and its episode is over" "$1" "$well"; }

# Of an explanation: how it is and why, what happens next, and what a person can do.
why() { ask explain "$1" | awk 'NR == 1 || /^[^ ]/ { shown = NR == 1 || /^What happens next|^What you can do/ } shown && NF' | quote; }

break_it() {
    mark=$(ask history --json --limit 1 | jq -r .id)
    lives=$(look orchestrator .lives)
    echo "$1" >work/control
}
story() {
    ask history --json --limit 200 | jq -r --argjson mark "$mark" 'select(.id > $mark and .kind != "check") | "\(.at[11:23])  \(.target // "-")  \(.text)"' | quote
}
results=()
verdict() { results+=("$1|$2"); }

run_hale() {
    "$hale" run --stop-with-me >>hale.out 2>&1 &
    daemon=$!
}

title 'A real orchestrator starts under Hale'
tell "Its folder: $folder; its configuration: samples/orchestrator/hale.yaml, with short times."
run_hale
settled orchestrator
ask status | quote

title 'It crashes'
break_it crash
until_true 'a new life began and is well' orchestrator ".lives == $((lives + 1)) and $well"
story
tell 'Its exit was seen at once, the intent was written down, and the new life was verified before anybody called it well.'
verdict crash healed

title 'One honest experiment takes longer than the activity window'
break_it long
until_true 'the long experiment runs' orchestrator '.health == "ok"'
deadline=$((SECONDS + 30))
until [ "$(sqlite3 -readonly -cmd '.timeout 2000' work/experiments.db 'select count(*) from experiments where progress_at - started_at > 4')" != 0 ]; do
    [ "$SECONDS" -lt "$deadline" ] || { tell 'the long experiment has not come to 4 s'; exit 1; }
    sleep 0.2
done
[ "$(look orchestrator .lives)" = "$lives" ] || { tell "${red}It was restarted.$plain"; exit 1; }
story
tell 'Twice the window has passed since it began, and it was left alone, because its progress is what counts.'
verdict long 'left alone'
settled orchestrator

title 'It hangs: the process lives, nothing moves'
break_it hang
until_true 'a new life began and is well' orchestrator ".lives == $((lives + 1)) and $well"
story
tell 'It did not listen to SIGTERM, so its whole process group was killed after the grace time.'
verdict hang healed

title 'It leaks memory'
break_it leak
until_true 'a new life began and is well' orchestrator ".lives == $((lives + 1)) and $well"
story
verdict leak healed

title 'It fills its disk'
if [ -n "$no_disk" ]; then
    tell "Left out: $no_disk."
    verdict fill 'left out'
else
    touch -d '60 days ago' work/results/holiday.mp4
    settled disk
    break_it fill
    until_true 'the disk was cleaned' disk '.lastRemedy != null'
    settled disk
    story
    [ -e work/results/holiday.mp4 ] || { tell "${red}A user's file is gone.$plain"; exit 1; }
    tell 'Old scratch files went, with the bytes that they gave back; every result stayed, even one of 60 days.'
    verdict fill healed
fi

title 'A person pauses it, and then it dies'
ask pause orchestrator | quote
break_it crash
until_true 'a restart was refused because of the pause' orchestrator '.refusal.gate == "paused"'
why orchestrator
ask resume orchestrator | quote
until_true 'a new life began and is well' orchestrator ".lives == $((lives + 1)) and $well"
verdict 'pause' honoured

title 'Hale itself is killed'
life=$(look orchestrator .incarnation)
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null || true
run_hale
settled orchestrator
[ "$(look orchestrator .incarnation)" = "$life" ] || { tell "${red}The orchestrator was restarted.$plain"; exit 1; }
tell 'The orchestrator worked on, and the next Hale found it and went on watching the same life.'
verdict 'kill -9 Hale' 'adopted'

title 'It crashes at every start'
break_it crash-loop
until_true 'it was handed to a person' orchestrator '.needsHuman != null'
story
why orchestrator
verdict crash-loop 'handed to a person'

title 'The person repairs it and says so'
rm work/control
ask resume orchestrator | quote
until_true 'it is well again' orchestrator "$well"
ask status | quote

title 'In short'
for result in "${results[@]}"; do printf '  %-14s %s%s%s\n' "${result%|*}" "$green" "${result#*|}" "$plain"; done
