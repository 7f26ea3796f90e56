using Hale.Native;

namespace Hale.Processes;

/// <summary>Hands this process over to another program, which gets its terminal, its signals and its exit code to give.</summary>
public static class Handover
{
    /// <summary>The exit code of a shell for a program that is there and cannot be executed.</summary>
    public const int NotExecutable = 126;

    /// <summary>The exit code of a shell for a program that is not found.</summary>
    public const int NotFound = 127;

    /// <summary>Becomes a program. Returns only on failure, with one line on why.</summary>
    /// <param name="command">Program and arguments; a name without a slash is looked for in PATH.</param>
    /// <param name="added">Variables added to the environment.</param>
    public static string To(string[] command, IReadOnlyDictionary<string, string> added)
    {
        if (!OperatingSystem.IsLinux())
            return "this needs Linux";
        var environment = Launch.EnvironmentWith(added);
        var (path, failure) = ProgramPath.Find(command[0], environment.GetValueOrDefault("PATH"), null);
        if (failure == 0)
            failure = Exec.Become(path, command, environment.Select(variable => $"{variable.Key}={variable.Value}"));
        return $"cannot start {command[0]}: {Errno.Describe(failure)}";
    }

    /// <summary>The exit code of a shell for a program that could not be started: <see cref="NotFound"/> or <see cref="NotExecutable"/>.</summary>
    public static int CodeOf(string program)
    {
        var (path, failure) = ProgramPath.Find(program, Environment.GetEnvironmentVariable("PATH"), null);
        return failure == Errno.NoEntry || (failure == 0 && !Path.Exists(path)) ? NotFound : NotExecutable;
    }
}
