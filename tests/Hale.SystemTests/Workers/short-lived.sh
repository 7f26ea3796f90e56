#!/usr/bin/env bash
# Notes the start of its life in "starts" (life, process, time) and dies at once.
echo "${HALE_LIFE:-none} $$ $EPOCHREALTIME" >>starts
echo 'nothing to work on' >&2
exit 3
