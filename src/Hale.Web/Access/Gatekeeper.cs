using Microsoft.AspNetCore.Http;

namespace Hale.Web.Access;

/// <summary>
/// Who may do what. The unix socket may everything: its mode is the permission. Over TCP a change needs the token; reading
/// needs it when one is configured; a heartbeat over loopback never does, because a cron job should not have to know it.
/// </summary>
internal sealed class Gatekeeper(string? token)
{
    private readonly Token? token = string.IsNullOrEmpty(token) ? null : new Token(token);

    /// <summary>Null when the request may; otherwise the status and the words to refuse it with.</summary>
    public (int Status, string Detail)? Refuse(HttpContext context, Need need)
    {
        if (Caller.IsOnSocket(context))
            return null;
        var loopback = Caller.IsOnLoopback(context);
        if (loopback && ForeignPage.Refuse(context.Request) is { } foreign)
            return foreign;
        if (need is Need.Nothing || token?.IsCarriedBy(context.Request) is true)
            return null;
        return need switch
        {
            Need.Read or Need.Push when token is null => null,
            Need.Push when loopback => null,
            Need.Change when token is null => (StatusCodes.Status403Forbidden,
                "Commands are not taken over TCP without a token. Use the unix socket (the hale command does), or set hale.token and send it as Authorization: Bearer TOKEN."),
            Need.Change => (StatusCodes.Status403Forbidden,
                "This command needs the token. Use the unix socket (the hale command does), or send hale.token as Authorization: Bearer TOKEN."),
            _ => (StatusCodes.Status401Unauthorized,
                "A token is configured, and this request does not carry it. Send hale.token as 'Authorization: Bearer TOKEN'."),
        };
    }
}
