using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hale.Telling.Mail;

/// <summary>
/// A mail, ready to be sent: RFC 5322. What is plain ASCII goes as it is; any other text goes in base64, so that no server on the way breaks a
/// line or a letter of it.
/// </summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receivers.</param>
/// <param name="Text">Header and body, each line ended; no line begins with a dot.</param>
internal sealed record Mail(string From, IReadOnlyList<string> To, string Text)
{
    /// <summary>A letter as a mail. The same letter gives the same <c>Message-ID</c>, whenever it is sent.</summary>
    public static Mail Of(Letter letter, string from, IReadOnlyList<string> to)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{letter.Host}\n{letter.Key}")))[..32];
        var domain = from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var text = new StringBuilder();
        void Header(string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");
        Header("From", $"Hale <{from}>");
        Header("To", string.Join(",\r\n ", to));
        Header("Subject", Encoded($"[{letter.Host}] {LetterText.Title(letter)}"));
        Header("Date", letter.At.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header("Message-ID", $"<{id}@{domain}>");
        Header("X-Hale-Key", Encoded(letter.Key));
        Header("X-Hale-Kind", letter.Kind);
        // Nobody's holiday reply comes back (RFC 3834).
        Header("Auto-Submitted", "auto-generated");
        Header("MIME-Version", "1.0");
        Header("Content-Type", "text/plain; charset=utf-8");
        var body = LetterText.Whole(letter).ReplaceLineEndings("\r\n");
        var plain = IsPlain(body);
        Header("Content-Transfer-Encoding", plain ? "7bit" : "base64");
        text.Append("\r\n").Append(plain ? body : Convert.ToBase64String(Encoding.UTF8.GetBytes(body), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
        return new(from, to, text.ToString());
    }

    /// <summary>Letters and signs of ASCII in lines of at most 998 (RFC 5322, 2.1.1), none of which begins with a dot, which SMTP has a meaning for.</summary>
    private static bool IsPlain(string body) =>
        body.All(c => c is (>= ' ' and < '\x7f') or '\r' or '\n') && body.Split("\r\n").All(line => line.Length <= 998 && !line.StartsWith('.'));

    /// <summary>A header's text: folded at blanks where it is plain, else in encoded words of RFC 2047, none longer than 75 characters.</summary>
    private static string Encoded(string text)
    {
        const int line = 60, bytes = 42;
        var blanks = text.Split(' ');
        if (text.All(c => c is >= ' ' and < '\x7f') && !text.Contains("=?", StringComparison.Ordinal) && blanks.All(part => part.Length is > 0 and <= line))
            return Folded(blanks, line);
        var words = new List<string>();
        var word = new StringBuilder();
        var size = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (size + rune.Utf8SequenceLength > bytes)
            {
                words.Add(Word(word.ToString()));
                word.Clear();
                size = 0;
            }
            word.Append(Rune.IsControl(rune) ? " " : rune.ToString());
            size += rune.Utf8SequenceLength;
        }
        words.Add(Word(word.ToString()));
        return string.Join("\r\n ", words);
    }

    private static string Folded(string[] parts, int line)
    {
        var folded = new StringBuilder();
        var length = 0;
        foreach (var part in parts)
        {
            if (length > 0)
                folded.Append(length + 1 + part.Length > line ? "\r\n " : " ");
            length = length > 0 && length + 1 + part.Length <= line ? length + 1 + part.Length : part.Length;
            folded.Append(part);
        }
        return folded.ToString();
    }

    private static string Word(string text) => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";
}
