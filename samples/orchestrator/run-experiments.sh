#!/usr/bin/env bash
# Runs experiments for ever: each compresses a synthetic clip frame by frame with settings drawn by lot, keeps what came out
# and records itself in a SQLite database. It is a stand-in for any long-running worker, and it can be told to break:
# README.md lists how.
#
# Usage: run-experiments.sh [FOLDER]     default: work, beside this script
# Environment:
#   FRAME_SECONDS  pause between two frames                              1
#   FRAMES         frames of an experiment, drawn from 1 to this       12
#   LONG_FRAMES    frames of the one experiment that "long" asks for    1200
#   LEAK_MB        megabytes that "leak" adds with each frame             16
#   LEAK_MAX_MB    where "leak" stops by itself, to spare the machine    512
#   FILL_MAX_MB    size of disk that "fill" is willing to fill          1024
set -euo pipefail
export LC_ALL=C # EPOCHREALTIME and the database take a decimal point

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "${1:-$here/work}"
cd "${1:-$here/work}"
mkdir -p results scratch

say() { printf '%(%H:%M:%S)T %s\n' -1 "$*"; }

# A reader may hold the database for a moment: we wait for it rather than fail.
sql() { sqlite3 -bail -cmd '.timeout 5000' experiments.db "$1"; }

# The word in the control file, if any. A word is obeyed once, except "crash-loop", which lasts until the file is removed.
order() {
    local word=''
    [ -e control ] && read -r word <control || true
    printf '%s' "$word"
}

progress() { sql "update experiments set phase = '$1', progress_at = $EPOCHREALTIME where id = $experiment"; }

finish() { sql "update experiments set status = '$1', finished_at = $EPOCHREALTIME, progress_at = $EPOCHREALTIME where id = $experiment"; }

# One frame: what a codec would do, with gzip in its place. The result grows with every frame.
encode_frame() { head -c $((RANDOM % 4000 + 1000)) /dev/urandom | gzip "-$level" >>"$result"; }

# As stuck programs do: alive, no progress, deaf to SIGTERM.
hang() {
    say "experiment $experiment: waiting for a reply that does not come"
    trap '' TERM
    sleep infinity
}

# Memory that is never given back; everything else goes on.
leak() {
    [ $((${#leaked} >> 20)) -lt "${LEAK_MAX_MB:-512}" ] || return 0
    local more
    printf -v more '%*s' $((${LEAK_MB:-16} << 20)) ''
    leaked+=$more
}

# Scratch files of many days, all at once, until the disk is nearly full. A large disk is left alone.
fill() {
    local size used
    read -r size used < <(df --output=size,used -k . | tail -n 1)
    if [ "$size" -gt $((${FILL_MAX_MB:-1024} << 10)) ]; then
        say "fill: this disk has $((size >> 10)) MB; only one of up to ${FILL_MAX_MB:-1024} MB is filled"
        return
    fi
    local piece=$((size / 20)) n=0
    while [ $((used + piece)) -lt $((size * 96 / 100)) ]; do
        n=$((n + 1))
        head -c "${piece}K" /dev/zero >"scratch/tile-$n.tmp"
        touch -d '30 days ago' "scratch/tile-$n.tmp"
        used=$((used + piece))
    done
    say "fill: left $n scratch files of $piece KB"
}

run_experiment() {
    local frames=$((RANDOM % ${FRAMES:-12} + 1)) frame level=$((RANDOM % 9 + 1))
    if [ "$(order)" = long ]; then
        rm control
        frames=${LONG_FRAMES:-1200}
    fi
    experiment=$(sql "insert into experiments (started_at, progress_at, phase, status)
        values ($EPOCHREALTIME, $EPOCHREALTIME, 'design', 'running') returning id")
    local result
    printf -v result 'results/experiment-%06d.mp4' "$experiment"
    say "experiment $experiment: $frames frames at level $level"
    for ((frame = 1; frame <= frames; frame++)); do
        encode_frame
        progress "encode $frame/$frames"
        case $(order) in
        crash | crash-loop)
            [ "$(order)" = crash-loop ] || rm control
            say "experiment $experiment: unexpected end of clip at frame $frame" >&2
            exit 1
            ;;
        hang) rm control && hang ;;
        leak) rm control && leaking=yes ;;
        fill) rm control && fill ;;
        esac
        [ -z "$leaking" ] || leak
        sleep "${FRAME_SECONDS:-1}"
    done
    progress verify
    gzip -t "$result"
    finish done
}

experiment='' leaking='' leaked=''
say "started as process $$"
if [ "$(order)" = crash-loop ]; then
    say 'cannot read the catalogue of clips: giving up' >&2
    exit 3
fi
sql "create table if not exists experiments (
    id integer primary key, started_at real not null, progress_at real not null, finished_at real, phase text not null, status text not null)"
sql "update experiments set status = 'lost' where status = 'running'"
trap '[ -z "$experiment" ] || finish stopped; exit 143' TERM

while :; do
    run_experiment
done
