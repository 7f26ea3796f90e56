#!/usr/bin/env bash
# Notes the start of its life in "starts" (life, process, time) and then makes progress for ever: a row in "ticks.db" twice a second.
echo "${HALE_LIFE:-none} $$ $EPOCHREALTIME" >>starts
sql() { sqlite3 -bail -cmd '.timeout 5000' ticks.db "$1"; }
sql 'create table if not exists ticks (at real not null)'
while sql "insert into ticks values ($EPOCHREALTIME)"; do
    sleep 0.5
done
