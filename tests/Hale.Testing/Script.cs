namespace Hale.Testing;

/// <summary>An executable script.</summary>
public static class Script
{
    /// <summary>Writes it and makes it executable; returns its path.</summary>
    public static string Write(string path, string text)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("scripts are made executable by their mode, which Windows does not have");
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
