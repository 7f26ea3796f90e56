using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hale.Telling.Mail;

/// <summary>A mail, ready to be sent: RFC 5322, its text in base64, so that no server on the way breaks a line or a letter of it.</summary>
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
        Header("Content-Transfer-Encoding", "base64");
        text.Append("\r\n").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(LetterText.Whole(letter)), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
        return new(from, to, text.ToString());
    }

    /// <summary>A header's text: as it is where it is short and plain, else in encoded words of RFC 2047, none longer than 75 characters.</summary>
    private static string Encoded(string text)
    {
        const int plain = 60, bytes = 42;
        if (text.Length <= plain && text.All(c => c is >= ' ' and < '\x7f') && !text.Contains("=?", StringComparison.Ordinal))
            return text;
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

    private static string Word(string text) => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";
}
