using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Hale.Samples.Ocap;

/// <summary>
/// Stands for what makes a first start slow: hundreds of modules that are opened and read one after the other, as an interpreter imports them, and some large
/// libraries that are mapped and touched here and there, as a loader does.
/// </summary>
internal static partial class RuntimeEnvironment
{
    private const int Modules = 370, Libraries = 30, Page = 4096;

    // A loader touches about one page in so many: relocations, tables, what the first calls need.
    private const int PagesPerTouch = 16;

    /// <summary>Writes one, the same for the same size. A tenth of it are modules, the rest libraries.</summary>
    public static void Make(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(20251207);
        var total = (long)megabytes << 20;
        foreach (var (name, share) in Parts(random))
        {
            var content = new byte[Math.Max(64, (long)(total * share))];
            random.NextBytes(content);
            BitConverter.TryWriteBytes(content.AsSpan(^8..), Sum(content.AsSpan(..^8)));
            using var file = File.OpenHandle(Path.Combine(folder, name), FileMode.Create, FileAccess.Write, preallocationSize: content.Length);
            RandomAccess.Write(file, content, 0);
            // On disk at once: only what is there can be taken out of memory again.
            RandomAccess.FlushToDisk(file);
        }
    }

    /// <summary>Loads it: what every start has to do before anything else.</summary>
    /// <exception cref="IOException">A part is missing.</exception>
    /// <exception cref="InvalidDataException">A part is damaged.</exception>
    public static void Load(string folder)
    {
        for (var index = 0; index < Modules; index++)
        {
            var path = Path.Combine(folder, ModuleName(index));
            var content = File.ReadAllBytes(path);
            if (content.Length < 8 || Sum(content.AsSpan(..^8)) != BitConverter.ToUInt64(content.AsSpan(^8..)))
                throw new InvalidDataException($"cannot import {path}: it is damaged");
        }
        for (var index = 0; index < Libraries; index++)
            Touch(Path.Combine(folder, LibraryName(index)));
    }

    /// <summary>Takes its files out of the page cache; those that somebody has mapped stay.</summary>
    public static int Forget(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("ocap-recorder: only on Linux can files be taken out of memory; restart the machine instead");
            return 3;
        }
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            using var file = File.OpenHandle(path);
            const int dontNeed = 4;
            _ = Advise(file, 0, 0, dontNeed);
        }
        return 0;
    }

    private static unsafe void Touch(string path)
    {
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        var pages = (int)(view.Capacity / Page);
        var order = new Random(pages);
        for (var touch = 0; touch < pages / PagesPerTouch; touch++)
            _ = view.ReadByte((long)order.Next(pages) * Page);
    }

    private static IEnumerable<(string Name, double Share)> Parts(Random random)
    {
        var sizes = Enumerable.Range(0, Modules + Libraries).Select(_ => 0.2 + random.NextDouble()).ToArray();
        var (modules, libraries) = (sizes[..Modules].Sum(), sizes[Modules..].Sum());
        for (var index = 0; index < Modules; index++)
            yield return (ModuleName(index), sizes[index] / modules * 0.1);
        for (var index = 0; index < Libraries; index++)
            yield return (LibraryName(index), sizes[Modules + index] / libraries * 0.9);
    }

    private static string ModuleName(int index) => string.Create(CultureInfo.InvariantCulture, $"module{index:000}.pyc");

    private static string LibraryName(int index) => string.Create(CultureInfo.InvariantCulture, $"library{index:00}.so");

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = (ulong)bytes.Length;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            sum = ulong.RotateLeft(sum, 7) + word;
        return sum;
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeHandle file, long offset, long length, int advice);
}
