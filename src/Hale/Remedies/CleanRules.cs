using System.IO.Enumeration;
using System.Text;
using Hale.Native;

namespace Hale.Remedies;

/// <summary>What a clean-up may delete, validated.</summary>
internal sealed record CleanRules
{
    /// <summary>Only below these folders; absolute, without links.</summary>
    public required string[] Roots { get; init; }

    /// <summary>Only what is older than this.</summary>
    public required TimeSpan Older { get; init; }

    /// <summary>Only files whose name matches one of these (<c>*</c> and <c>?</c>; names beginning with a dot match as well).</summary>
    public string[] Patterns { get; init; } = ["*"];

    /// <summary>Stop when so many bytes have been freed; null: delete all that qualifies.</summary>
    public long? Free { get; init; }

    /// <summary>How many levels of folders below a root are entered; 1 is the root's own files only.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>Remove folders below the roots that are empty and old enough.</summary>
    public bool EmptyFolders { get; init; }

    /// <summary>
    /// Age counts from the time that the file itself claims, which unpacking an archive sets to the past. Otherwise from the later of that
    /// and the kernel's own record of the last change.
    /// </summary>
    public bool TrustsModified { get; init; }

    /// <summary>The moment that age counts from.</summary>
    public DateTimeOffset Stamp(in FileStatus status) =>
        TrustsModified || status.Modified > status.Changed ? status.Modified : status.Changed;

    /// <summary>Old enough at <paramref name="now"/>. A stamp in the future is young.</summary>
    public bool IsOld(in FileStatus status, DateTimeOffset now) => now - Stamp(status) > Older;

    /// <summary>Whether the name of a file qualifies. Hale's own configuration never does.</summary>
    public bool Matches(byte[] name)
    {
        // Bytes that are not UTF-8 become replacement characters here, which * and ? match like any other.
        var text = Encoding.UTF8.GetString(name);
        return text is not ("hale.yaml" or "hale.yml")
            && Patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false));
    }
}
