using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hale.Config;

/// <summary>Reads the files that people write for Hale: UTF-8, with or without a byte order mark, of a bounded size.</summary>
internal static class ConfigText
{
    /// <summary>Reads a file. Trouble with it is told in words for a person, and not thrown.</summary>
    /// <param name="path">The file, in full or from the working directory.</param>
    /// <param name="full">Its full path; null where there can be none.</param>
    /// <param name="text">What it says.</param>
    /// <param name="trouble">Why it cannot be read.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out string? full, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? trouble)
    {
        (full, text) = (null, null);
        try
        {
            full = Path.GetFullPath(path);
            text = Read(full);
            trouble = text is null ? $"the file is larger than {ByteSize.Format(SpecLoader.MaxFileBytes)}" : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            trouble = "there is no such file";
        }
        catch (UnauthorizedAccessException)
        {
            trouble = Directory.Exists(path) ? "this is a folder, not a file" : "permission denied";
        }
        catch (DecoderFallbackException)
        {
            trouble = "the file is not UTF-8 text";
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            trouble = e.Message;
        }
        return trouble is null;
    }

    /// <summary>The text of a file; null when it is larger than <see cref="SpecLoader.MaxFileBytes"/>.</summary>
    public static string? Read(string path)
    {
        using var file = File.OpenRead(path);
        using var content = new MemoryStream();
        var chunk = new byte[64 << 10];
        int read;
        while ((read = file.Read(chunk)) > 0)
        {
            if (content.Length + read > SpecLoader.MaxFileBytes)
                return null;
            content.Write(chunk, 0, read);
        }
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
    }
}
