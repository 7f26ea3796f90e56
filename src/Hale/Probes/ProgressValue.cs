using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hale.Probes;

/// <summary>A value of a database taken as a mark of progress: its token, the number in it, and the moment that it stands for.</summary>
/// <param name="Token">The same text for the same value, of bounded length.</param>
/// <param name="Number">The value, if it is a number.</param>
/// <param name="At">The moment, if it can be read as one.</param>
internal readonly record struct ProgressValue(string Token, double? Number, DateTimeOffset? At)
{
    private const int LongestToken = 200;

    /// <summary>
    /// Reads an integer, a real number, a text or a blob, as SQLite returns them. Numbers of the size of today's Unix time are seconds,
    /// a thousand times that milliseconds, a million times microseconds; a text is read as ISO 8601, in UTC unless it names a zone, as
    /// SQLite itself writes it.
    /// </summary>
    public static ProgressValue Read(object value) => value switch
    {
        long whole => new(whole.ToString(CultureInfo.InvariantCulture), whole, Unix(whole)),
        double real => new(real.ToString("R", CultureInfo.InvariantCulture), real, Unix(real)),
        byte[] bytes => new(Hash(bytes), null, null),
        _ => Text(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    private static ProgressValue Text(string text)
    {
        var token = text.Length > LongestToken ? Hash(Encoding.UTF8.GetBytes(text)) : text;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return new(token, number, Unix(number));
        // The first characters are looked at because the parser takes "12:30" or "May" for a time of today as well.
        return text.Length is >= 10 and <= 40 && char.IsAsciiDigit(text[0]) && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new(token, null, at)
            : new(token, null, null);
    }

    // From September 2001 to November 2286, a span in which no other common counter of the same digits is likely.
    private static DateTimeOffset? Unix(double number) => number switch
    {
        >= 1e9 and < 1e10 => DateTimeOffset.UnixEpoch.AddSeconds(number),
        >= 1e12 and < 1e13 => DateTimeOffset.UnixEpoch.AddMilliseconds(number),
        >= 1e15 and < 1e16 => DateTimeOffset.UnixEpoch.AddMicroseconds(number),
        _ => null,
    };

    private static string Hash(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
