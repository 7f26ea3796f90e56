# shellcheck shell=sh
# What the scripts of all roles share; to be sourced. Reads the request, and offers
#   take PATH           sets REPLY to a value of it; without one the request is refused
#   take_folder PATH    likewise, for a folder below /workspace
#   values PATH         prints all values of a list, one on each line
#   answer TYPE         prints the head of the answer
#   refuse WHY          answers 400 and ends the script
set -u
request=$(mktemp)
trap 'rm -f "$request" "$request".*' EXIT

answer() { printf 'Content-Type: %s\r\n\r\n' "$1"; }
refuse() {
    printf 'Status: 400 Bad Request\r\n'
    answer text/plain
    echo "$1"
    echo "refused: $1" >&2
    exit
}
take() {
    REPLY=$(awk -F '\t' -v path="$1" '$1 == path { print $2; found = 1; exit } END { exit !found }' "$request") || refuse "the request has no $1"
}
take_folder() {
    take "$1"
    case $REPLY/ in
    *//* | */../*) refuse "$1 is not a folder below /workspace: $REPLY" ;;
    /workspace/*) ;;
    *) refuse "$1 is not a folder below /workspace: $REPLY" ;;
    esac
}
values() { awk -F '\t' -v path="$1." 'index($1, path) == 1 { print $2 }' "$request"; }

[ "$REQUEST_METHOD" = POST ] || refuse 'only POST is answered here'
[ "${CONTENT_LENGTH:-0}" -le 65536 ] || refuse 'the request is larger than 64 KiB'
head -c "${CONTENT_LENGTH:-0}" | awk -f /bin/request.awk >"$request"
