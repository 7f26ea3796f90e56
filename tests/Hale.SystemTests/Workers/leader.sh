#!/usr/bin/env bash
# For the crash test. Notes the start of its life in "starts" (life, process, time), and in "trouble" whenever two of its kind are
# alive at once: the lock goes with the last moment of the process that holds it, so it is never too late and never too early.
# Lives for a moment drawn by lot, unless the file "calm" is there: then until it is ended.
exec 8>>leader.lock
flock -n 8 || echo "doubled: life ${HALE_LIFE:-none}, process $$" >>trouble
echo "${HALE_LIFE:-none} $$ $EPOCHREALTIME" >>starts
# A pipe on which nothing ever comes: waiting on it needs no second process, which would inherit the lock.
[ -p quiet ] || mkfifo quiet 2>/dev/null
exec 7<>quiet
ends=$((${EPOCHREALTIME/./} + (RANDOM % 400 + 20) * 1000))
while [ -e calm ] || [ "${EPOCHREALTIME/./}" -lt "$ends" ]; do
    read -r -t 0.02 -u 7
done
exit 1
