using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Hale.Telling.Mail;

/// <summary>
/// The client's side of RFC 5321, as far as one mail needs it, with STARTTLS (RFC 3207) and AUTH PLAIN and LOGIN (RFC 4954).
/// <c>System.Net.Mail.SmtpClient</c> knows neither TLS from the first byte nor what the server said; MailKit would replace this.
/// </summary>
internal sealed class SmtpDialog : IAsyncDisposable
{
    /// <summary>A server that says more than this is none.</summary>
    private const int LongestReply = 16 << 10;

    private readonly Socket socket;
    private readonly byte[] buffer = new byte[4096];
    private Stream stream;
    private int from;
    private int until;
    private HashSet<string> extensions = [];

    private SmtpDialog(Socket socket) => (this.socket, stream) = (socket, new NetworkStream(socket));

    /// <summary>Connects, makes the connection secure and signs in, as the account wants it.</summary>
    /// <exception cref="SmtpException">The server said no, or what is no SMTP.</exception>
    public static async Task<SmtpDialog> OpenAsync(SmtpAccount account, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var dialog = new SmtpDialog(await ConnectAsync(socket, account, cancel));
        try
        {
            await dialog.GreetAsync(account, cancel);
            return dialog;
        }
        catch
        {
            await dialog.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a mail and returns what the server said when it had taken it.</summary>
    /// <exception cref="SmtpException">The server did not take it.</exception>
    public async Task<string> SendAsync(Mail mail, CancellationToken cancel)
    {
        await SayAsync($"MAIL FROM:<{mail.From}>{(extensions.Contains("8BITMIME") ? " BODY=8BITMIME" : "")}", 250, cancel);
        foreach (var to in mail.To)
            await SayAsync($"RCPT TO:<{to}>", 250, cancel, or: 251);
        await SayAsync("DATA", 354, cancel);
        await WriteAsync(mail.Text + ".\r\n", cancel);
        var (code, text) = await ReadAsync(cancel);
        if (code != 250)
            throw new SmtpException($"after the text: {code} {text}", isAboutTheMail: code >= 500);
        // It has the mail: whether it hears the good-bye makes no difference.
        return $"{code} {text}";
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        socket.Dispose();
    }

    private static async Task<Socket> ConnectAsync(Socket socket, SmtpAccount account, CancellationToken cancel)
    {
        try
        {
            await socket.ConnectAsync(account.Host, account.Port, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task GreetAsync(SmtpAccount account, CancellationToken cancel)
    {
        if (account.Tls == MailTls.Always)
            await SecureAsync(account, cancel);
        Expect("greeting", await ReadAsync(cancel), 220);
        await HelloAsync(cancel);
        if (account.Tls == MailTls.StartTls)
        {
            if (!extensions.Contains("STARTTLS"))
                throw new SmtpException("the server does not offer STARTTLS; write tls: always if it is TLS from the beginning, or tls: off if it is on this machine", false);
            await SayAsync("STARTTLS", 220, cancel);
            // What came in the clear after it is not the server's (CVE-2011-0411).
            from = until = 0;
            await SecureAsync(account, cancel);
            await HelloAsync(cancel);
        }
        if (account.User is not null)
            await SignInAsync(account.User, account.Password, cancel);
    }

    private async Task SecureAsync(SmtpAccount account, CancellationToken cancel)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = account.Host };
        if (!account.Verify)
#pragma warning disable CA5359 // The person wrote tls_verify: false for this channel.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(options, cancel);
        stream = secure;
    }

    private async Task HelloAsync(CancellationToken cancel)
    {
        var host = new string([.. Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')]);
        var reply = await SayAsync($"EHLO {(host.Length == 0 ? "localhost" : host)}", 250, cancel);
        extensions = [.. reply.Split('\n').Skip(1).SelectMany(Words)];

        // AUTH has its methods behind it; they are kept as AUTH PLAIN, AUTH LOGIN.
        static IEnumerable<string> Words(string line) => line.ToUpperInvariant().Split(' ') is ["AUTH", .. var methods] ? methods.Select(method => $"AUTH {method}") : [line.ToUpperInvariant().Split(' ')[0]];
    }

    private async Task SignInAsync(string user, string password, CancellationToken cancel)
    {
        static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        if (extensions.Contains("AUTH PLAIN"))
        {
            await SayAsync($"AUTH PLAIN {Encoded($"\0{user}\0{password}")}", 235, cancel, shown: "AUTH PLAIN");
            return;
        }
        if (!extensions.Contains("AUTH LOGIN"))
            throw new SmtpException("the server lets nobody sign in with PLAIN or LOGIN here", false);
        await SayAsync("AUTH LOGIN", 334, cancel);
        await SayAsync(Encoded(user), 334, cancel, shown: "AUTH LOGIN, user");
        await SayAsync(Encoded(password), 235, cancel, shown: "AUTH LOGIN, password");
    }

    private async Task<string> SayAsync(string line, int expected, CancellationToken cancel, int or = 0, string? shown = null)
    {
        await WriteAsync(line + "\r\n", cancel);
        return Expect(shown ?? line, await ReadAsync(cancel), expected, or);
    }

    private static string Expect(string line, (int Code, string Text) reply, int expected, int or = 0) =>
        reply.Code == expected || reply.Code == or ? reply.Text
            : throw new SmtpException($"{line}: {reply.Code} {reply.Text.Split('\n')[0]}", isAboutTheMail: false);

    private async Task WriteAsync(string text, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
        await stream.FlushAsync(cancel);
    }

    /// <summary>A reply: its code, and its lines without it.</summary>
    private async Task<(int Code, string Text)> ReadAsync(CancellationToken cancel)
    {
        var lines = new List<string>();
        var length = 0;
        while (true)
        {
            var line = await LineAsync(cancel);
            length += line.Length;
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || length > LongestReply)
                throw new SmtpException($"what answers there does not speak SMTP: \"{Printable(line)}\"", false);
            lines.Add(Printable(line.Length > 4 ? line[4..] : ""));
            if (line.Length == 3 || line[3] != '-')
                return (code, string.Join('\n', lines));
        }
    }

    private async Task<string> LineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (from == until)
            {
                (from, until) = (0, await stream.ReadAsync(buffer, cancel));
                if (until == 0)
                    throw new SmtpException(line.Length == 0 ? "the server closed the connection" : $"the server closed the connection after \"{Printable(line.ToString())}\"", false);
            }
            var next = (char)buffer[from++];
            if (next == '\n')
                return line.ToString().TrimEnd('\r');
            if (line.Append(next).Length > LongestReply)
                throw new SmtpException("the server sent a line without an end", false);
        }
    }

    private static string Printable(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);
}

/// <summary>A server said no, or spoke no SMTP.</summary>
internal sealed class SmtpException(string message, bool isAboutTheMail) : Exception(message)
{
    /// <summary>It is this mail that it does not want; another may be welcome.</summary>
    public bool IsAboutTheMail { get; } = isAboutTheMail;
}
