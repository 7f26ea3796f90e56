using System.Globalization;

namespace Hale.Config;

/// <summary>A share as people write it: <c>80%</c>.</summary>
public static class Percent
{
    /// <summary>Reads a share. The sign is required, since a bare <c>0.5</c> could mean half or half a per cent. Not negative.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double percent)
    {
        percent = 0;
        return text.EndsWith("%")
            && double.TryParse(text[..^1].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent)
            && double.IsFinite(percent);
    }

    /// <summary>Writes a share.</summary>
    public static string Format(double percent) => percent.ToString("0.###", CultureInfo.InvariantCulture) + "%";
}
