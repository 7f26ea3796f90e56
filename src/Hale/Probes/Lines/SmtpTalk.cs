using System.Globalization;
using System.Text;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes.Lines;

/// <summary>A reply of an SMTP server (RFC 5321, 4.2): a code, and lines of text.</summary>
/// <param name="Code">Three digits; the first says how it went: 2 done, 3 go on, 4 not now, 5 never.</param>
/// <param name="Lines">The text behind the code, a line at a time.</param>
internal readonly record struct SmtpReply(int Code, List<string> Lines)
{
    /// <summary>Whether it was done.</summary>
    public bool IsDone => Code is >= 200 and < 300;

    /// <summary>What an extension offers; null when it was not offered. An answer to EHLO names one a line, after the first.</summary>
    public string? Offers(string extension) =>
        Lines.Skip(1).Select(line => line.Split([' ', '='], 2)).FirstOrDefault(words => words[0].Equals(extension, StringComparison.OrdinalIgnoreCase)) is { } found
            ? found.ElementAtOrDefault(1) ?? ""
            : null;

    /// <inheritdoc/>
    public override string ToString() => Excerpt.Of(Encoding.Latin1.GetBytes($"{Code} {string.Join(' ', Lines)}"));
}

/// <summary>Commands and replies of SMTP over a <see cref="LineSession"/>.</summary>
internal sealed class SmtpTalk(LineSession session)
{
    private const int LineLimit = 100;

    /// <summary>The reply that was read last.</summary>
    public SmtpReply Reply { get; private set; }

    /// <summary>Sends a command and reads the reply. Null, or what the attempt came to.</summary>
    /// <param name="command">The command, without its end.</param>
    /// <param name="shown">What to call it; null for the command's first word. Some hold secrets.</param>
    public async ValueTask<ProbeResult?> CallAsync(string command, string? shown = null) =>
        await session.SendAsync(command + "\r\n") ?? await ReadAsync($"answer to {shown ?? command.Split(' ')[0]}");

    /// <summary>Reads a reply. Null, or what the attempt came to.</summary>
    public async ValueTask<ProbeResult?> ReadAsync(string what)
    {
        var (code, lines) = (0, new List<string>());
        for (var i = 0; i < LineLimit; i++)
        {
            if (await session.ReadLineAsync(what) is { } trouble)
                return trouble;
            var line = session.Line;
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var own) || own < 200
                || (lines.Count > 0 && own != code) || (line.Length > 3 && line[3] is not (' ' or '-')))
                return ProbeResult.Fail($"the {what} is not one of SMTP: {Excerpt.Of(Encoding.Latin1.GetBytes(line))}");
            code = own;
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                Reply = new(code, lines);
                return null;
            }
        }
        return ProbeResult.Fail($"the {what} has more than {LineLimit} lines");
    }
}
