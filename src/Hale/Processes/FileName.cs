using System.Globalization;
using System.Text;

namespace Hale.Processes;

/// <summary>Turns the name of a target into the name of a file.</summary>
internal static class FileName
{
    // Leaves room below the usual limit of 255 bytes for suffixes such as ".log.rotating".
    private const int Max = 200;

    /// <summary>
    /// Letters, digits, <c>-</c>, <c>_</c> and inner dots stay; every other byte becomes <c>%XX</c>. Different names give different files.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or too long for a file.</exception>
    public static string For(string name)
    {
        var result = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(name))
        {
            var letter = (char)value;
            if (char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' || (letter == '.' && result.Length > 0))
                result.Append(letter);
            else
                result.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }
        return result.Length is > 0 and <= Max
            ? result.ToString()
            : throw new ArgumentException($"the name of a supervised target must fit a file name: 1 to {Max} bytes", nameof(name));
    }
}
