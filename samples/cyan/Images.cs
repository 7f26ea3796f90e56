using System.Formats.Tar;
using System.Globalization;
using Hale.Containers;

namespace Hale.Samples.Cyan;

/// <summary>Makes the images of the roles: the static busybox of this machine and the scripts of the role. No registry and no build.</summary>
internal static class Images
{
    private const string Busybox = "/bin/busybox";
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "images");

    private static readonly string[] Programs =
    [
        "awk", "cat", "chmod", "cmp", "cp", "dd", "find", "grep", "gzip", "head", "httpd", "kill", "mkdir", "mktemp", "mv", "nc", "paste", "printf", "rm", "rmdir", "sed", "sh", "sha256sum", "sleep",
        "sort", "tar", "true", "xargs",
    ];

    /// <summary>The roles, each with its port.</summary>
    public static IReadOnlyDictionary<string, int> Roles { get; } =
        Hale.Core.Containers.ContainerGroupKind.All.ToDictionary(kind => kind.Name, kind => kind.Port);

    /// <summary>The name of a role's image.</summary>
    public static string Of(string role) => $"hale-sample/cyan-{role}:1";

    /// <summary>Makes all of them, anew each time: it takes a moment, and what is changed in a script counts.</summary>
    public static async Task MakeAsync(ContainerEngine engine, CancellationToken cancel)
    {
        if (!File.Exists(Busybox))
            throw new SampleException($"{Busybox} is not here; the images are made of it: apt-get install busybox-static");
        foreach (var (role, port) in Roles)
            await engine.Images.ImportAsync(Of(role), Tar(role), [$"CMD [\"/bin/serve\",\"{port.ToString(CultureInfo.InvariantCulture)}\"]", $"EXPOSE {port.ToString(CultureInfo.InvariantCulture)}"], cancel);
    }

    private static MemoryStream Tar(string role)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var folder in new[] { "bin", "etc", "proc", "sys", "dev", "tmp", "workspace" })
                writer.WriteEntry(new UstarTarEntry(TarEntryType.Directory, folder + "/") { Mode = Executable });
            writer.WriteEntry(Busybox, "bin/busybox");
            foreach (var program in Programs)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, $"bin/{program}") { LinkName = "busybox" });
            // A tar that names a folder twice is refused.
            var folders = new HashSet<string> { "bin" };
            foreach (var layer in new[] { "common", role })
                Add(writer, Path.Combine(Folder, layer), folders);
        }
        tar.Position = 0;
        return tar;
    }

    private static void Add(TarWriter writer, string layer, HashSet<string> folders)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(layer, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(layer, path);
            if (!Directory.Exists(path) || folders.Add(name))
                writer.WriteEntry(path, name);
        }
    }
}
