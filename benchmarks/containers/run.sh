#!/usr/bin/env bash
# Measures the readiness of containers on an engine of its own: from the first answer of a container to the return, beside a loop of shell and curl that asks once a
# second and wait-for-it, all waiting for the same container at once; and from the kill of its first process to the failure of the gate, beside the engine's own
# wait. Needs root.
#
# Usage: run.sh [RUNS]     default 60 containers for either, each ready after a random time between 0.1 and 3 s; about RUNS seconds
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd -P)
"$root/eng/packages.sh" "$root/benchmarks/containers/packages.txt"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build "$root/benchmarks/Hale.Benchmarks" -c Release -nologo -v quiet
"$root/eng/container-engine.sh" "$work" dotnet run --no-build -c Release --project "$root/benchmarks/Hale.Benchmarks" -- containers "${1:-60}"
