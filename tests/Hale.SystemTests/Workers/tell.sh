#!/bin/sh
# Takes a notice: keeps it, and then, while it is not calm, half of the time fails or hangs so that nobody knows that it was taken.
printf '%s\n' "$HALE_NOTICE_JSON" >>told.exec
[ -e calm ] && exit 0
case $(($(od -An -N1 -tu1 /dev/urandom) % 4)) in
0) exit 1 ;;
1) exec sleep 60 ;;
esac
