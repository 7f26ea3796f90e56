using System.Buffers;
using System.Globalization;

namespace Hale.Config;

/// <summary>An amount of data as people write it: <c>512</c>, <c>10KB</c>, <c>1.5GB</c>; a KB has 1024 bytes.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB"];
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Reads an amount: a number (a fraction is fine with a unit) and B, KB, MB, GB, TB or PB, also written KiB or K, upper or lower case. Not negative.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        var letters = text.IndexOfAnyExcept(NumberCharacters);
        var number = letters < 0 ? text : text[..letters];
        var unit = letters < 0 ? 0 : IndexOfUnit(text[letters..].TrimStart());
        if (unit < 0 || number.Length > 19 || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return false;
        for (var i = 0; i < unit; i++)
            amount *= 1024;
        if (amount > long.MaxValue || (unit == 0 && amount != decimal.Truncate(amount)))
            return false;
        bytes = (long)amount;
        return true;
    }

    /// <summary>The shortest way to write an amount, with one digit after the point at most.</summary>
    public static string Format(long bytes)
    {
        var amount = (double)bytes;
        var unit = 0;
        while (amount >= 1024 && unit < Units.Length - 1)
        {
            amount /= 1024;
            unit++;
        }
        return amount.ToString("0.#", CultureInfo.InvariantCulture) + Units[unit];
    }

    private static int IndexOfUnit(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            var unit = Units[i];
            if (name.Equals(unit, StringComparison.OrdinalIgnoreCase)
                || (i > 0 && (name.Equals(unit.AsSpan(0, 1), StringComparison.OrdinalIgnoreCase) || name.Equals($"{unit[0]}iB", StringComparison.OrdinalIgnoreCase))))
                return i;
        }
        return -1;
    }
}
