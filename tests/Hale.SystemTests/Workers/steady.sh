#!/usr/bin/env bash
# Notes the start of its life in "starts" (life, process, time) and lives until it is ended.
echo "${HALE_LIFE:-none} $$ $EPOCHREALTIME" >>starts
exec sleep infinity
