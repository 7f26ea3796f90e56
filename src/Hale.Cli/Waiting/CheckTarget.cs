using Hale.Cli.Client;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Readiness;
using Hale.Web.Contract;

namespace Hale.Cli.Waiting;

/// <summary><c>check:TARGET</c> or <c>check:TARGET/CHECK</c>: passes when the running Hale judges it to be well. Degraded is well: it works.</summary>
internal sealed class CheckTarget(DaemonClient daemon, string target, string? check) : IProbe
{
    private const string Prefix = "check:";

    /// <summary>Reads the target; null when it is one of another kind.</summary>
    /// <exception cref="FormatException">It names nothing.</exception>
    public static ReadyTarget? TryRead(string text, Call call)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        return text[Prefix.Length..].Split('/', 2) switch
        {
            [{ Length: > 0 } target] => new(text, new CheckTarget(call.Daemon(), target, null)),
            [{ Length: > 0 } target, { Length: > 0 } check] => new(text, new CheckTarget(call.Daemon(), target, check)),
            _ => throw new FormatException($"'{text}' is not check:TARGET or check:TARGET/CHECK; write for example check:web/http"),
        };
    }

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        StatusDto status;
        try
        {
            status = await daemon.StatusAsync(target, cancel);
        }
        catch (CommandException trouble)
        {
            // No daemon yet, or one that does not know the name (yet): nothing is known about the target.
            return ProbeResult.Inconclusive(trouble.Message.ReplaceLineEndings(" "));
        }
        var found = status.Targets.SingleOrDefault(each => each.Name == target);
        if (found is null)
            return ProbeResult.Inconclusive($"no target is named '{target}'");
        if (check is null)
            return Judge(found.Health, target, found.Reason);
        return found.Checks.SingleOrDefault(each => each.Name == check) is { } one
            ? Judge(one.Health, $"{target}/{check}", one.Reason)
            : ProbeResult.Inconclusive($"target '{target}' has no check named '{check}'");
    }

    private static ProbeResult Judge(Health health, string name, string reason) => health switch
    {
        Health.Ok => ProbeResult.Pass($"{name} is ok"),
        Health.Degraded => ProbeResult.Warn($"{name} is degraded: {reason}"),
        Health.Impaired => ProbeResult.Fail($"{name} is impaired: {reason}"),
        _ => ProbeResult.Inconclusive($"{name} is not judged yet: {reason}"),
    };
}
