using System.Globalization;
using System.Net.Mail;
using Hale.Config;

namespace Hale.Telling.Mail;

/// <summary>How TLS comes about.</summary>
internal enum MailTls
{
    /// <summary>By STARTTLS, before anything else is said.</summary>
    StartTls,

    /// <summary>From the first byte on.</summary>
    Always,

    /// <summary>Not at all.</summary>
    Off,
}

/// <summary>Where mail goes through, for whom and to whom.</summary>
internal sealed record SmtpAccount(string Host, int Port, MailTls Tls, bool Verify, string? User, string Password, string From, string[] To)
{
    /// <summary>The server as it may be shown.</summary>
    public string Shown => string.Create(CultureInfo.InvariantCulture, $"smtp://{Host}:{Port}");

    /// <exception cref="SettingsException">Something that does not go together.</exception>
    public static SmtpAccount Of(Settings settings)
    {
        var tls = Enum.Parse<MailTls>(settings.Text("tls")!, ignoreCase: true);
        var user = settings.Text("user");
        if (user is null != settings.Text("password") is null)
            throw new SettingsException(user is null ? "password" : "user", user is null ? "a password needs a user" : "a user needs a password: password: ${SMTP_PASSWORD}");
        var (host, port) = Server(settings.Text("server")!, tls == MailTls.Always ? 465 : user is null ? 25 : 587);
        if (user is not null && tls == MailTls.Off && host is not ("localhost" or "127.0.0.1" or "[::1]"))
            throw new SettingsException("tls", "a password is not sent over the network in the clear; use starttls or always");
        return new(host.Trim('[', ']'), port, tls, settings.Flag("tls_verify"), user, settings.Text("password") ?? "",
            Address("from", settings.Text("from")!), [.. settings.List("to").Select(to => Address("to", to))]);
    }

    private static (string Host, int Port) Server(string text, int port)
    {
        var colon = text.EndsWith(']') ? -1 : text.LastIndexOf(':');
        if (colon >= 0 && !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new SettingsException("server", $"\"{text}\" is not HOST or HOST:PORT");
        var host = colon < 0 ? text : text[..colon];
        if (host.Length == 0 || host.Contains('/', StringComparison.Ordinal) || (host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[')))
            throw new SettingsException("server", $"\"{text}\" is not HOST or HOST:PORT, such as mail.example.org:587 or [::1]:25");
        return (host, colon < 0 ? port : ushort.Parse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>An address alone, in ASCII: what the simplest server takes.</summary>
    private static string Address(string key, string text)
    {
        if (MailAddress.TryCreate(text, out var address) && address.Address == text && text.All(c => c is > ' ' and < '\x7f'))
            return text;
        throw new SettingsException(key, $"\"{text}\" is not a mail address; write it alone, such as ops@example.org");
    }
}
