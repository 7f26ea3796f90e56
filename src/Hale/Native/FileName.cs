using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hale.Native;

/// <summary>File names as bytes, and how they are shown to a person.</summary>
internal static class FileName
{
    /// <summary>The name as a system call takes it.</summary>
    public static byte[] Terminated(ReadOnlySpan<byte> name) => [.. name, 0];

    /// <summary>The path as a system call takes it, in UTF-8.</summary>
    public static byte[] Terminated(string path) => Terminated(Encoding.UTF8.GetBytes(path));

    /// <summary>
    /// The name on one line: what is valid UTF-8 and printable as it is, the rest as <c>\n</c> or <c>\xE9</c>, so that a hostile name can
    /// neither break a line nor steer a terminal.
    /// </summary>
    public static string Printable(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(name, out var rune, out var length);
            if (status == OperationStatus.Done && !IsHidden(rune))
                text.Append(rune.ToString());
            else if (status == OperationStatus.Done && rune.Value == '\n')
                text.Append("\\n");
            else
                foreach (var value in name[..length])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
            name = name[length..];
        }
        return text.ToString();
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
