using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Hale.Samples.Cyan;

/// <summary>Checks an archive: all files are there, the answers stand in them, and the plugins ran in their order.</summary>
internal static class Archive
{
    /// <summary>Throws what is wrong; otherwise the names of the files.</summary>
    public static IReadOnlyList<string> Check(byte[] archive, IReadOnlyDictionary<string, string> answers)
    {
        Dictionary<string, byte[]> files;
        try
        {
            files = Read(archive);
        }
        catch (Exception damage) when (damage is IOException or InvalidDataException)
        {
            throw new SampleException($"what the merger sent is no archive: {damage.Message}");
        }
        Contains(files, "README.md", $"# {answers["name"]}");
        Contains(files, "src/hello.sh", $"Hello from {answers["name"]}");
        // Of both processors, by the resolver.
        Contains(files, ".ignore", "build/");
        Contains(files, ".ignore", "notes/");
        Contains(files, "LICENSE", $"Copyright {answers["year"]} {answers["holder"]}");
        // The last plugin saw what the one before it had made, and nothing has changed since.
        foreach (var (name, bytes) in files.Where(file => file.Key != "MANIFEST"))
            Contains(files, "MANIFEST", $"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  ./{name}");
        return [.. files.Keys.Order(StringComparer.Ordinal)];
    }

    private static Dictionary<string, byte[]> Read(byte[] archive)
    {
        var files = new Dictionary<string, byte[]>();
        using var tar = new TarReader(new GZipStream(new MemoryStream(archive), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                continue;
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files[entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name] = content.ToArray();
        }
        return files;
    }

    private static void Contains(Dictionary<string, byte[]> files, string name, string text)
    {
        if (!files.TryGetValue(name, out var bytes))
            throw new SampleException($"the archive has no {name}; it has {string.Join(", ", files.Keys)}");
        if (!System.Text.Encoding.UTF8.GetString(bytes).Contains(text, StringComparison.Ordinal))
            throw new SampleException($"{name} in the archive does not contain \"{text}\"");
    }
}
