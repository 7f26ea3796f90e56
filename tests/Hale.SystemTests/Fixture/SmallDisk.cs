using System.Diagnostics;

namespace Hale.SystemTests.Fixture;

/// <summary>A small disk of its own, to be filled.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string path;

    private SmallDisk(string path) => this.path = path;

    /// <summary>Mounts one at a folder that is made for it; skips the test where that is not allowed.</summary>
    public static SmallDisk Mount(string path)
    {
        Directory.CreateDirectory(path);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "hale-test", path), "no file system may be mounted here");
        return new(path);
    }

    /// <summary>Leaves no room for another byte.</summary>
    public void Fill()
    {
        using var file = File.Open(Path.Combine(path, "filler"), FileMode.Append);
        try
        {
            var block = new byte[4096];
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(Path.Combine(path, "filler"));

    public void Dispose()
    {
        // Lazily: what still runs there is about to be killed.
        Run("umount", "-l", path);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
