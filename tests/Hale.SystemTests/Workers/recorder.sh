#!/bin/sh
# Records into a folder until SIGINT or SIGTERM: slow at its first start (SLOW seconds unless WARM exists), then writes a file that grows.
#   recorder.sh FOLDER [HOW]   HOW: crash (exit 3 before the first file), deaf (ignores signals), empty (a file without a byte), leave (a child outlives it)
folder=$1 how=${2:-well}
mkdir -p "$folder"
[ -e "${WARM:-/nonexistent}" ] || sleep "${SLOW:-0.2}"
[ -n "$WARM" ] && : >"$WARM"
[ "$how" = crash ] && { echo 'no such device' >&2; exit 3; }
[ "$how" = deaf ] && trap '' INT TERM
if [ "$how" = leave ]; then
    setsid sh -c "trap '' INT TERM; : >left-behind; exec sleep 1000" &
    until [ -e left-behind ]; do sleep 0.02; done
fi
[ "$how" = deaf ] || trap 'echo closed; exit 0' INT TERM
[ -n "$PIDFILE" ] && echo $$ >"$PIDFILE"
file="$folder/take-$$.mcap"
: >"$file"
echo 'recording started'
while :; do
    [ "$how" = empty ] || echo 'a frame' >>"$file"
    sleep 0.02
done
