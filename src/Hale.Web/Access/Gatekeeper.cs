using Hale.Config;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Access;

/// <summary>
/// Who may do what. The unix socket may everything: its mode is the permission. Over TCP the role of the token decides: a change needs
/// <c>operate</c>; reading needs a token that may read when any is configured; a heartbeat over loopback needs none, because a cron job should not
/// have to know it.
/// </summary>
internal sealed class Gatekeeper(IReadOnlyList<Token> tokens, bool readsFromElsewhere = false)
{
    /// <summary>The token that the request carries; null for none that is known. All are compared, so that time tells nothing.</summary>
    public Token? TokenOf(HttpContext context)
    {
        if (Token.Presented(context.Request) is not { } presented)
            return null;
        Token? found = null;
        foreach (var token in tokens)
            found = token.Is(presented) ? token : found;
        return found;
    }

    /// <summary>Who asks, as far as can be told, for the history: <c>root</c>, <c>uid 1000</c>, <c>ci (operate) from 10.0.0.7</c>, <c>somebody from 10.0.0.7</c>.</summary>
    public string NameOf(HttpContext context)
    {
        if (Caller.IsOnSocket(context))
            return Caller.User(context);
        var token = TokenOf(context);
        var who = token is null ? "somebody" : $"{token.Name} ({token.Role.ToString().ToLowerInvariant()})";
        return $"{who} from {Caller.Address(context)}";
    }

    /// <summary>Null when the request may; otherwise the status and the words to refuse it with.</summary>
    public (int Status, string Detail)? Refuse(HttpContext context, Need need)
    {
        if (Caller.IsOnSocket(context))
            return null;
        var token = TokenOf(context);
        // A page does not know a token, and what needs nothing tells it nothing.
        if (need is Need.Nothing || (token is not null && Allows(token.Role, need)))
            return null;
        var loopback = Caller.IsOnLoopback(context);
        if (loopback && ForeignPage.Refuse(context.Request) is { } foreign)
            return foreign;
        return need switch
        {
            Need.Read or Need.Push when tokens.Count == 0 && (loopback || readsFromElsewhere) => null,
            Need.Push when loopback => null,
            Need.Read or Need.Push when tokens.Count == 0 => (StatusCodes.Status403Forbidden,
                "Other machines may not ask here without a token. Ask from this machine, or set hale.token and send it as Authorization: Bearer TOKEN."),
            Need.Change when !tokens.Any(known => known.Role == TokenRole.Operate) => (StatusCodes.Status403Forbidden,
                "Commands are not taken over TCP without a token. Use the unix socket (the hale command does), or set hale.token and send it as Authorization: Bearer TOKEN."),
            Need.Change when token is null => (StatusCodes.Status403Forbidden,
                "This command needs a token that may operate. Use the unix socket (the hale command does), or send hale.token as Authorization: Bearer TOKEN."),
            _ when token is not null => (StatusCodes.Status403Forbidden,
                $"The token {token.Name} has the role {token.Role.ToString().ToLowerInvariant()}, which does not allow this. Set another role in hale.tokens, or use another token."),
            _ => (StatusCodes.Status401Unauthorized,
                "A token is configured, and this request does not carry it. Send hale.token, or one of hale.tokens, as 'Authorization: Bearer TOKEN'."),
        };
    }

    private static bool Allows(TokenRole role, Need need) => role == TokenRole.Operate
        || (role, need) is (TokenRole.Read, Need.Read) or (TokenRole.Push, Need.Push);
}
