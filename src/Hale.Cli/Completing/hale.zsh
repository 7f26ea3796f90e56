#compdef hale
# Completion of hale for zsh: asks the command itself. Where it knows nothing, zsh goes on with file names.
_hale() {
    local line word
    local -a described
    for line in "${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] || continue
        word=${line%%$'\t'*}
        described+=("${word//:/\\:}:${${line#"$word"}#$'\t'}")
    done
    if (( ${#described} )); then
        _describe 'hale' described
    else
        _files
    fi
}
if [[ ${funcstack[1]} == _hale ]]; then
    _hale "$@"
else
    compdef _hale hale
fi
