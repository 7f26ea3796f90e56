using System.Collections;
using Hale.Native;

namespace Hale.Processes;

/// <summary>A program to start: what <see cref="CommandRunner"/> and <see cref="Supervisor"/> have in common.</summary>
internal static class Launch
{
    /// <summary>What systemd says to Hale alone: a child that spoke to that socket would speak in Hale's name.</summary>
    private static readonly string[] OfHaleAlone = ["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"];

    /// <summary>Hale's own environment, without what is meant for Hale alone, with variables added or replaced.</summary>
    public static Dictionary<string, string> EnvironmentWith(IEnumerable<KeyValuePair<string, string>> added)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            result[(string)variable.Key] = (string?)variable.Value ?? "";
        foreach (var name in OfHaleAlone)
            result.Remove(name);
        foreach (var (name, value) in added)
            result[name] = value;
        return result;
    }

    /// <summary>Starts it in a session of its own. Returns the process, or one line on why not.</summary>
    public static (ProcessHandle? Process, string? Error) Start(
        string[] command, Dictionary<string, string> environment, string? directory, Descriptor output, Descriptor error, bool keepsInput = false)
    {
        if (command.Length == 0)
            return (null, "no program is named");
        var (path, failure) = ProgramPath.Find(command[0], environment.GetValueOrDefault("PATH"), directory);
        var pid = 0;
        if (failure == 0)
        {
            var variables = new string[environment.Count];
            var index = 0;
            foreach (var (name, value) in environment)
                variables[index++] = name + "=" + value;
            failure = Spawn.Start(path, command, variables, directory, output, error, out pid, keepsInput);
        }
        if (failure != 0)
            return (null, Explain(command[0], directory, failure));
        return ProcessHandle.OfChild(pid) is { } process
            ? (process, null)
            : (null, $"{command[0]} was started and ended again, as it cannot be watched: {Errno.Describe(Errno.Last)}");
    }

    private static string Explain(string program, string? directory, int errno)
    {
        // Entering the directory and executing the program fail with the same numbers.
        if (directory is not null && errno is Errno.NoEntry or Errno.Access or Errno.NotDirectory)
        {
            if (!Directory.Exists(directory))
                return $"cannot start in {directory}: {Errno.Describe(File.Exists(directory) ? Errno.NotDirectory : Errno.NoEntry)}";
            if (Files.Access(directory, Files.MayExecute) != 0)
                return $"cannot start in {directory}: {Errno.Describe(Errno.Last)}";
        }
        var hint = errno == Errno.NotExecutableFormat ? "; a script needs a first line like #!/bin/sh" : "";
        return $"cannot start {program}: {Errno.Describe(errno)}{hint}";
    }
}
