# Flattens a JSON object: one line for each value, its path and the value with a tab between them.
#   {"dir":"/a","globs":["*.md"],"config":{"name":"Otter"}}  ->  dir /a, globs.0 *.md, config.name Otter
# Values are kept on one line: whatever escapes stand for other signs than these four becomes a space.
function value(token) {
    if (token !~ /^"/)
        return token
    token = substr(token, 2, length(token) - 2)
    gsub(/\\[bfnrt]|\\u..../, " ", token)
    gsub(/\\"/, "\"", token)
    gsub(/\\\//, "/", token)
    gsub(/\\\\/, "\\", token)
    return token
}
function path(   at, text) {
    for (at = 1; at <= depth; at++)
        text = text (at > 1 ? "." : "") step[at]
    return text
}
{ text = text $0 " " }
END {
    while (match(text, /"([^"\\]|\\.)*"|[][{}:,]|[^][ \t{}:,"]+/)) {
        token = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (token == "{" || token == "[") {
            depth++
            isList[depth] = token == "["
            step[depth] = isList[depth] ? 0 : ""
        } else if (token == "}" || token == "]") {
            depth--
        } else if (token == ",") {
            if (isList[depth]) step[depth]++
            else step[depth] = ""
        } else if (token != ":") {
            if (!isList[depth] && step[depth] == "") step[depth] = value(token)
            else print path() "\t" value(token)
        }
    }
}
