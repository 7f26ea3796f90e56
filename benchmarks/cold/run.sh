#!/usr/bin/env bash
# Measures what reading ahead is worth: the start of the sample recorder with its files out of memory, with the same files read ahead by a recorded
# list, and warm. The files are taken out of memory by posix_fadvise, which needs no root and leaves the rest of the machine alone.
#
# Usage: run.sh [ROUNDS [MEGABYTES]]     default 5 rounds over 400 MB; about half a minute
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd -P)
dotnet build "$root/samples/ocap" -c Release -nologo -v quiet
# Below the checkout, which lies on a disk; the temporary files may not.
mkdir -p "$root/artifacts"
work=$(mktemp -d "$root/artifacts/cold-XXXXXX")
trap 'rm -rf "$work"' EXIT
dotnet run -c Release --project "$root/benchmarks/Hale.Benchmarks" -- cold "$root/artifacts/bin/Hale.Samples.Ocap/release/ocap-recorder" "$work" "$@"
