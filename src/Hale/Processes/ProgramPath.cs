using Hale.Native;

namespace Hale.Processes;

/// <summary>Finds a program as execvp(3) does, but in the PATH of the environment that it will get rather than in ours.</summary>
internal static class ProgramPath
{
    // What glibc searches without a PATH (confstr(3), _CS_PATH).
    private const string Default = "/bin:/usr/bin";

    /// <summary>The path to execute, or the error. A name with a slash is taken as it is, from the working directory.</summary>
    public static (string Path, int Errno) Find(string program, string? searchPath, string? directory)
    {
        if (program.Length == 0)
            return (program, Errno.NoEntry);
        if (program.Contains('/', StringComparison.Ordinal))
            return (program, 0);
        var failure = Errno.NoEntry;
        foreach (var folder in (searchPath ?? Default).Split(':'))
        {
            // An empty entry stands for the working directory.
            var candidate = Path.Combine(folder.Length == 0 ? "." : folder, program);
            var seen = Path.Combine(directory ?? ".", candidate);
            if (Files.Access(seen, Files.MayExecute) == 0)
            {
                if (!Directory.Exists(seen))
                    return (candidate, 0);
                failure = Errno.Access;
            }
            else if (Errno.Last == Errno.Access)
            {
                failure = Errno.Access;
            }
        }
        return (program, failure);
    }
}
