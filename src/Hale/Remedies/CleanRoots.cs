using System.Text;
using Hale.Config;
using Hale.Native;

namespace Hale.Remedies;

/// <summary>Which folders a clean-up may begin in, and how they are opened without following a link.</summary>
internal static class CleanRoots
{
    // The top folders of the Filesystem Hierarchy Standard 3.0 that hold more than throw-away files. What lies below them may be named.
    private static readonly HashSet<string> RefusedAlone = new(StringComparer.Ordinal)
    {
        "/", "/dev", "/home", "/media", "/mnt", "/nix", "/opt", "/root", "/run", "/run/user", "/snap", "/srv", "/usr", "/usr/local", "/var",
        "/var/lib", "/var/lib/docker", "/var/lib/containers", "/var/mail", "/var/opt", "/var/spool", "/var/www",
    };

    // Here nothing is anybody's to clean, at any depth.
    private static readonly string[] RefusedWithAllBelow =
    [
        "/bin", "/boot", "/efi", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/lost+found", "/nix/store", "/proc", "/sbin", "/sys",
        "/usr/bin", "/usr/include", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/libx32", "/usr/sbin", "/usr/share",
        "/var/lib/dpkg", "/var/lib/pacman", "/var/lib/rpm", "/var/lib/systemd",
    ];

    /// <summary>The root as it is used from here on: absolute, without a slash at the end.</summary>
    /// <exception cref="SettingsException">The folder may not be cleaned, or is a link.</exception>
    public static string Checked(string root)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (RefusedAlone.Contains(path))
            throw new SettingsException("roots", $"{path} holds more than throw-away files; name the folder below it that may be cleaned");
        if (RefusedWithAllBelow.FirstOrDefault(top => path == top || path.StartsWith(top + "/", StringComparison.Ordinal)) is { } refused)
            throw new SettingsException("roots", $"{path} belongs to the system ({refused}); it is never cleaned");
        // Devices; the one folder under /dev that holds files of users is shared memory.
        if (path.StartsWith("/dev/", StringComparison.Ordinal) && path != "/dev/shm" && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
            throw new SettingsException("roots", $"{path} belongs to the system (/dev); it is never cleaned");
        if (FileNative.IsSupported && LinkIn(path) is { } link)
            throw new SettingsException("roots", $"{link} is a link; write the folder that it leads to");
        return path;
    }

    /// <summary>
    /// Opens a root from the top of the file system, one component at a time, so that no link anywhere in its path is followed, not even one that
    /// was put there a moment ago. Null with the reason when it cannot be opened.
    /// </summary>
    public static HeldFolder? Open(string path, FileId? ownState, out string trouble)
    {
        trouble = "";
        var folder = HeldFolder.Open("/", out var error);
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (folder is null)
                break;
            using var parent = folder;
            folder = parent.OpenFolder(Encoding.UTF8.GetBytes(part), out error);
            if (folder is null || folder.Status.Id != ownState)
                continue;
            folder.Dispose();
            trouble = $"{path} lies in Hale's own state folder";
            return null;
        }
        if (folder is null)
            trouble = error is FileNative.ENOTDIR or FileNative.ELOOP
                ? $"{path} is not a folder, or there is a link in its path"
                : $"{path} cannot be opened: {FileNative.Describe(error)}";
        return folder;
    }

    // Only a courtesy at load time; what protects is Open. A path that does not exist (yet) has no link in it.
    private static string? LinkIn(string path)
    {
        for (var end = path.IndexOf('/', 1); ; end = path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? path : path[..end];
            if (FileNative.Stat(part, followLink: false, fresh: true, out var status) == 0 && status.IsLink)
                return part;
            if (end < 0)
                return null;
        }
    }
}
