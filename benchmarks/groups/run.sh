#!/usr/bin/env bash
# Brings many groups of containers up and down at the same time, beside the same containers with bare calls of the engine, and counts what is left.
# With an engine of its own (eng/container-engine.sh), as root; about two minutes.
#
# Usage: run.sh [SESSIONS]     default 50, of 5 members each
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd -P)
"$root/eng/packages.sh" "$root/benchmarks/groups/packages.txt"
dotnet build "$root/benchmarks/Hale.Benchmarks" -c Release -nologo -v quiet
folder=$(mktemp -d "${TMPDIR:-/tmp}/hale-groups-XXXXXX")
trap 'rm -rf "$folder"' EXIT
"$root/eng/container-engine.sh" "$folder" "$root/artifacts/bin/Hale.Benchmarks/release/Hale.Benchmarks" groups "$@"
