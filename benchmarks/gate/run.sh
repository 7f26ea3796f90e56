#!/usr/bin/env bash
# Measures the readiness gate: how late it notices that a port answers, that a watched process died and that its deadline has passed, beside
# wait-for-it and a loop that asks once a second; and what starting the published "hale wait" on something ready costs, beside a bare .NET program.
#
# Usage: run.sh [RUNS]     default 200 waits, each ready after a random time between 0.1 and 5 s; about RUNS / 3 seconds
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd -P)
runs=${1:-200}
"$root/eng/packages.sh" "$root/benchmarks/gate/packages.txt"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish "$root/src/Hale.Cli" -c Release -r linux-x64 -o "$work/hale" -nologo -v quiet
dotnet publish "$root/benchmarks/gate/hello" -c Release -r linux-x64 -o "$work/hello" -nologo -v quiet
dotnet run -c Release --project "$root/benchmarks/Hale.Benchmarks" -- gate "$runs" "$work/hale/hale" "$work/hello/hello"
