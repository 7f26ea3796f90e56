# What the scripts of a checkout share; to be sourced with $root set to the checkout's folder.

# Says why this cannot go on, and ends with Hale's exit code for "could not tell".
give_up() {
    printf '%s\n' "$*" >&2
    exit 3
}

# The apphost looks for the runtime in the places where a distribution or the installer puts it; a dotnet that is only on PATH it does not find.
find_runtime() {
    [ -n "${DOTNET_ROOT:-}" ] && return
    [ -e /etc/dotnet/install_location ] || [ -d /usr/share/dotnet ] || [ -d /usr/lib/dotnet ] && return
    local dotnet
    dotnet=$(command -v dotnet) || give_up 'The .NET 10 SDK is needed and was not found: https://dot.net/download'
    dotnet=$(readlink -f "$dotnet")
    export DOTNET_ROOT=${dotnet%/*}
}

# Runs a build quietly: its output is shown only when it fails.
# $1: what is built, for a person; the rest: arguments of dotnet build.
build() {
    local what=$1 output
    shift
    command -v dotnet >/dev/null || give_up 'The .NET 10 SDK is needed to build and was not found: https://dot.net/download'
    [ -t 2 ] && printf 'building %s ...\r' "$what" >&2
    output=$(dotnet build "$@" -c Release -nologo -v quiet 2>&1) || give_up "$output"
    [ -t 2 ] && printf '\033[K' >&2
    return 0
}

# Runs a command alone among the scripts of this checkout. The lock (descriptor 9) is closed for what the command starts: a
# build server that outlives the build must not keep it.
alone() {
    mkdir -p "$root/artifacts"
    {
        flock 9
        "$@" 9>&-
    } 9>"$root/artifacts/build.lock"
}
