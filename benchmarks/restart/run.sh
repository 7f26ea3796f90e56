#!/usr/bin/env bash
# Measures how long a supervised process stays dead: the time from SIGKILL to the first act of the next process, for Hale, runit and
# supervisord in the same run, with the same process, in turn. "loop" is the floor: fork, exec and wait, nothing else.
#
# Usage: run.sh [ROUNDS]     default 30; each takes the pause of 1.5 s, because runit and supervisord hold a process that
#                            lived for less than a second for one that cannot start
# Prints the median, the 90th percentile and the worst, in milliseconds, and the median as a multiple of runit's.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd -P)
rounds=${1:-30}
"$root/eng/packages.sh" "$root/benchmarks/restart/packages.txt"

work=$(mktemp -d)
pids=()
cleanup() {
    trap - EXIT
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    # Whatever a supervisor has left behind runs our program from our own folder.
    for exe in /proc/[0-9]*/exe; do
        [ "$(readlink "$exe" 2>/dev/null)" = "$work/restart" ] || continue
        pid=${exe#/proc/}
        kill -KILL "${pid%/exe}" 2>/dev/null || true
    done
    wait
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

gcc -static -O2 -o "$work/restart" "$root/benchmarks/restart/restart.c"

"$work/restart" loop "$work/loop.log" &
pids+=($!)

mkdir "$work/runit"
printf '#!/bin/sh\nexec %s child %s\n' "$work/restart" "$work/runit.log" >"$work/runit/run"
chmod +x "$work/runit/run"
runsv "$work/runit" &
pids+=($!)

cat >"$work/supervisord.conf" <<CONF
[supervisord]
nodaemon=true
logfile=$work/supervisord.out
pidfile=$work/supervisord.pid
[program:child]
command=$work/restart child $work/supervisord.log
autorestart=true
CONF
supervisord -c "$work/supervisord.conf" >/dev/null 2>&1 &
pids+=($!)

# Healing without a pause, as the other two do it; the intent is on disk before each start all the same.
cat >"$work/hale.yaml" <<CONF
targets:
  child:
    process: { command: [$work/restart, child, $work/hale.log] }
    heal: [{ restart: {}, tries: 100 }]
healing: { budget: 100000 per 1h, cooldown: 0s, stable: 1s }
hale: { listen: off }
CONF
"$root/hale" config check "$work/hale.yaml" >/dev/null
"$root/hale" run -c "$work/hale.yaml" >"$work/hale.out" 2>&1 &
pids+=($!)

"$work/restart" measure "$rounds" 1500 loop="$work/loop.log" runit="$work/runit.log" hale="$work/hale.log" supervisord="$work/supervisord.log" >"$work/result" || {
    tail -n 20 "$work/hale.out" >&2
    exit 1
}

printf '%d rounds of SIGKILL on each; from death to the first act of the next process, in milliseconds\n' "$rounds"
awk '
    { name[NR] = $1; median[NR] = $2; p90[NR] = $3; worst[NR] = $4; if ($1 == "runit") base = $2 }
    END {
        printf "%-12s %10s %10s %10s %12s\n", "", "median", "p90", "worst", "x runit"
        for (i = 1; i <= NR; i++) printf "%-12s %10.2f %10.2f %10.2f %12.2f\n", name[i], median[i], p90[i], worst[i], median[i] / base
    }' "$work/result"
