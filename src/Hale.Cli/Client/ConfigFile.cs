namespace Hale.Cli.Client;

/// <summary>Finds the configuration file.</summary>
internal static class ConfigFile
{
    private const string System = "/etc/hale/hale.yaml";

    /// <summary>The named one, else <c>$HALE_CONFIG</c>, <c>./hale.yaml</c>, <c>/etc/hale/hale.yaml</c>; absolute.</summary>
    /// <exception cref="CommandException">None was named and none of the places has one.</exception>
    public static string Find(string? named, Surroundings surroundings)
    {
        var variable = surroundings.Environment("HALE_CONFIG");
        if ((named ?? (string.IsNullOrEmpty(variable) ? null : variable)) is { } path)
            return Path.GetFullPath(path, surroundings.Directory);
        var here = Path.Combine(surroundings.Directory, "hale.yaml");
        if (File.Exists(here))
            return here;
        if (File.Exists(System))
            return System;
        throw new CommandException(
            ExitCode.Usage,
            $"There is no configuration: neither {here} nor {System} exists. Name one with --config FILE or $HALE_CONFIG, or see it work with 'hale demo'.");
    }
}
