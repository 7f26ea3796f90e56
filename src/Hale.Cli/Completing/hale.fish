# Completion of hale for fish: asks the command itself. Where it knows nothing, fish goes on with file names.
function __hale_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l found ($words[1] complete -- $words[2..-1] "$typed" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$typed"
    end
end
complete -c hale -f -a '(__hale_complete)'
