#!/usr/bin/env bash
# Pretends to run one experiment a second and says so.
set -euo pipefail
mkdir -p work
n=0
while true; do
  n=$((n + 1))
  echo "experiment $n" > work/progress
  sleep 1
done
