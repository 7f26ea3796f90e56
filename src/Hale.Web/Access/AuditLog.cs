using System.Net;
using Hale.Core.Model;
using Hale.Running;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hale.Web.Access;

/// <summary>
/// Writes into the history who asked for a change, from where, what came of it, and the number of the request. Requests that were
/// turned away are written, too, but only so many: whoever may not come in is not to fill the disk.
/// </summary>
internal sealed class AuditLog(IDaemon daemon, Gatekeeper gatekeeper, TimeProvider time)
{
    /// <summary>Turned away and written down, over all callers together.</summary>
    public static readonly Budget Refusals = new(10, TimeSpan.FromMinutes(1));

    private const int MaxWhat = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly object Written = new();

    private readonly RequestRate refusals = new(Refusals, time);
    private int untold;

    /// <summary>Writes what came of a request, once for each.</summary>
    public async Task WriteAsync(HttpContext context, string result)
    {
        if (!context.Items.TryAdd(Written, true))
            return;
        try
        {
            await daemon.AuditAsync(TargetOf(context), $"{WhatOf(context)} by {gatekeeper.NameOf(context)}: {result} [{context.TraceIdentifier}]", CancellationToken.None)
                .WaitAsync(Patience, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // What was done is not undone because the journal is late; the line is in its queue.
        }
    }

    /// <summary>Writes that a request was turned away, or counts it for the next line.</summary>
    public async Task TurnedAwayAsync(HttpContext context, int status)
    {
        if (refusals.Refuse(IPAddress.None) is not null)
        {
            Interlocked.Increment(ref untold);
            return;
        }
        var more = Interlocked.Exchange(ref untold, 0);
        await WriteAsync(context, $"turned away with {status}{(more == 0 ? "" : $"; {more} more before it were not written down")}");
    }

    /// <summary>As it was sent, with everything that is no plain character escaped.</summary>
    private static string WhatOf(HttpContext context)
    {
        var request = context.Request;
        var what = $"{request.Method} {request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}";
        return what.Length <= MaxWhat ? what : what[..MaxWhat] + "…";
    }

    private string? TargetOf(HttpContext context)
    {
        var name = context.GetRouteValue("name") as string ?? context.Request.Query["target"].ToString();
        return daemon.Current.Targets.Any(target => target.Name == name) ? name : null;
    }
}
