using System.Net.Sockets;
using System.Security.Authentication;
using Hale.Config;

namespace Hale.Telling.Mail;

/// <summary>Sends each letter as a mail; a 250 after the text is the server's word that it has it.</summary>
public sealed class SmtpChannel : IChannel
{
    private readonly SmtpAccount account;

    private SmtpChannel(SmtpAccount account) => this.account = account;

    /// <summary>The kind.</summary>
    public static ChannelKind Kind { get; } = new(
        "smtp",
        "Sends each notice as a mail in plain text. Delivered when the server has taken it (250). The key is in `Message-ID`, so that a repetition can be told.",
        [
            new("server", KeyType.Text, "The mail server, `HOST` or `HOST:PORT`. Default port: 465 with `tls: always`, 587 with a user, else 25.") { Required = true },
            new("from", KeyType.Text, "The sender's address.") { Required = true },
            new("to", KeyType.TextList, "The receivers' addresses.") { Required = true },
            new("tls", KeyType.Choice, "`starttls`: the connection becomes TLS before anything is sent, or nothing is. `always`: it is TLS from the beginning. `off`: it is never; for a server on this machine.")
                { Default = "starttls", Choices = ["starttls", "always", "off"] },
            new("tls_verify", KeyType.Flag, "Whether the server's certificate must be trusted, valid and for the host.") { Default = "true" },
            new("user", KeyType.Text, "Name to sign in with. Default: nobody signs in."),
            new("password", KeyType.Text, "Its password; take it from `${SMTP_PASSWORD}` or `${file:/run/secrets/smtp}`."),
        ],
        settings => new SmtpChannel(SmtpAccount.Of(settings)));

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(Letter letter, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await using var dialog = await SmtpDialog.OpenAsync(account, cancel);
            return Delivery.Done($"{account.Shown}: {await dialog.SendAsync(Mail.Of(letter, account.From, account.To), cancel)}");
        }
        catch (SmtpException refusal)
        {
            // 4xx is for now, 5xx for good; but what is wrong with the sender or the login is no fault of this one letter.
            var why = $"{account.Shown}: {refusal.Message}";
            return refusal.IsAboutTheMail ? Delivery.Refused(why) : Delivery.Failed(why);
        }
        catch (Exception error) when (error is SocketException or IOException or AuthenticationException)
        {
            return Delivery.Failed($"{account.Shown}: {(error.InnerException ?? error).Message.ReplaceLineEndings(" ")}");
        }
    }
}
