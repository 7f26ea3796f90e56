using Hale.Core.Model;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Contract;
using Hale.Web.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.InApp;

/// <summary>What others probe the application by, as Hale sees it.</summary>
internal sealed class AppProbes(IDaemon daemon, string[] needed, TimeProvider time) : IDisposable
{
    private readonly LoopWatch loop = new(daemon, time);

    public Task LiveAsync(HttpContext context) => Endpoints.Probes.Live(context, loop);

    public Task ReadyAsync(HttpContext context) => Endpoints.Probes.Ready(context, [.. NotReady(daemon.Current), .. Endpoints.Probes.NotReady(daemon)], Caller.IsOnLoopback(context));

    public void Dispose() => loop.Dispose();

    private IEnumerable<string> NotReady(Snapshot snapshot)
    {
        foreach (var name in needed)
        {
            var target = snapshot.Targets.FirstOrDefault(each => each.Name == name);
            if (target?.Health is not (Health.Ok or Health.Degraded))
                yield return target is null ? $"{name} is not watched" : $"{name} is needed and not well: {target.Reason}";
        }
    }
}
