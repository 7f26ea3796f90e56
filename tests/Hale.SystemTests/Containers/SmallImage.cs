using System.Formats.Tar;
using System.Text;

namespace Hale.SystemTests.Containers;

/// <summary>File systems for images: the static busybox of this machine under the names of its programs, and files of one's own.</summary>
internal static class SmallImage
{
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    private static readonly string[] Programs =
    [
        "sh", "ash", "cat", "cp", "date", "dd", "echo", "env", "expr", "false", "grep", "head", "httpd", "kill", "ls", "mkdir", "mv", "nc", "nslookup", "od", "printf", "ps", "rm", "sed", "sleep",
        "stat", "sync", "tail", "tar", "test", "touch", "tr", "true", "usleep", "wc", "wget", "yes",
    ];

    /// <summary>The site of the web server.</summary>
    public static (string Path, string Text)[] Site { get; } =
    [
        ("www/index.html", "ok\n"),
        ("www/cgi-bin/status", "#!/bin/sh\nprintf 'Status: %s as asked for\\r\\nContent-Type: text/plain\\r\\n\\r\\nstatus %s\\n' \"$QUERY_STRING\" \"$QUERY_STRING\"\n"),
        ("www/cgi-bin/slow", "#!/bin/sh\nsleep \"$QUERY_STRING\"\nprintf 'Content-Type: text/plain\\r\\n\\r\\nslow\\n'\n"),
    ];

    /// <summary>A tar of such a file system.</summary>
    /// <param name="files">Further files; those that begin with <c>#!</c> can be run.</param>
    public static MemoryStream Tar(params ReadOnlySpan<(string Path, string Text)> files)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var folder in new[] { "bin/", "dev/", "etc/", "proc/", "sys/", "tmp/", "var/", "www/", "www/cgi-bin/" })
                writer.WriteEntry(new UstarTarEntry(TarEntryType.Directory, folder) { Mode = folder == "tmp/" ? (UnixFileMode)0b1_111_111_111 : Executable });
            Write(writer, "bin/busybox", File.ReadAllBytes("/bin/busybox"), Executable);
            foreach (var program in Programs)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, $"bin/{program}") { LinkName = "busybox" });
            Write(writer, "etc/passwd", "root:x:0:0:root:/:/bin/sh\n"u8.ToArray(), (UnixFileMode)0b110_100_100);
            foreach (var (path, text) in files)
                Write(writer, path, Encoding.UTF8.GetBytes(text), text.StartsWith("#!", StringComparison.Ordinal) ? Executable : (UnixFileMode)0b110_100_100);
        }
        tar.Position = 0;
        return tar;
    }

    private static void Write(TarWriter writer, string path, byte[] bytes, UnixFileMode mode) =>
        writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { Mode = mode, DataStream = new MemoryStream(bytes) });
}
