using System.Globalization;
using Hale.Core.Containers;
using Hale.Core.Readiness;
using Hale.Readiness;

namespace Hale.Containers.Groups;

/// <summary>Brings one container of a member to being ready: makes it where it is missing, starts it, and waits for the proof.</summary>
internal sealed class GroupMembers(ContainerGroupSpec spec, string run, GroupStore store, GroupWatch watch, GroupJournal journal, SemaphoreSlim gate)
{
    // What ran before answers at once or is not what it was.
    private static readonly TimeSpan ProofOfReuse = TimeSpan.FromSeconds(5);

    private readonly EngineContainers containers = store.Engine.Containers;

    /// <summary>Brings it up; what went wrong stands in the report.</summary>
    /// <param name="step">Which.</param>
    /// <param name="uses">Its volumes, as its label tells them.</param>
    /// <param name="mayReplace">Whether one that runs and is not ready may be replaced: nobody else uses it.</param>
    /// <param name="cancel">Ends the waiting, and what is not yet begun.</param>
    public async Task<ContainerGroupMemberReport> BringAsync(ContainerGroupMemberStep step, string uses, bool mayReplace, CancellationToken cancel)
    {
        var report = ReportOf(step);
        if (step.Present is { } present)
        {
            report = await ProveAsync(step, report with { Id = present.Listed.Id, Container = present.Listed.Name, IsReused = true }, cancel);
            if (report.IsReady || !mayReplace)
                return report;
            journal.Tell(report.Name, ContainerGroupStage.Removed, $"ran, but is not ready: {report.Trouble}; it is made anew");
            await store.RemoveAsync(present, CancellationToken.None);
            report = ReportOf(step);
        }
        var what = "making it";
        try
        {
            await gate.WaitAsync(cancel);
            try
            {
                var made = await CreateAsync(step, uses);
                report = report with { Id = made, Container = ContainerGroupNames.Member(spec.Session, step.Member.Name, step.Number) };
                what = "adding it to its networks";
                foreach (var network in ContainerGroupPlan.NetworksOf(spec, step.Member).Skip(1))
                    await store.Engine.Networks.ConnectAsync(NameOf(network), made, Aliases(step), CancellationToken.None);
                cancel.ThrowIfCancellationRequested();
                what = "starting it";
                await containers.StartAsync(made, CancellationToken.None);
                journal.Tell(report.Name, ContainerGroupStage.Started, "started");
            }
            finally
            {
                gate.Release();
            }
        }
        catch (ContainerEngineException trouble)
        {
            throw new ContainerGroupTroubleException($"{report.Name}: {what}", trouble);
        }
        return await ProveAsync(step, report, cancel);
    }

    /// <summary>A report in which nothing has happened yet.</summary>
    public static ContainerGroupMemberReport ReportOf(ContainerGroupMemberStep step) => new(ContainerGroupPlan.Name(step.Member, step.Number))
    {
        Member = step.Member.Name,
        Number = step.Number,
        Kind = step.Member.Kind,
        Image = step.Member.Image,
        Port = step.Member.Port,
    };

    // Calls that make something are not given up half-way: they may still be carried out, when nobody knows of what they made.
    private async Task<string> CreateAsync(ContainerGroupMemberStep step, string uses)
    {
        var (name, recipe) = (ContainerGroupNames.Member(spec.Session, step.Member.Name, step.Number), RecipeOf(step, uses));
        try
        {
            return (await containers.CreateAsync(name, recipe, CancellationToken.None)).Id;
        }
        catch (ContainerEngineException taken) when (taken.Trouble == EngineTrouble.Conflict)
        {
            // It appeared since the listing: asked for by a run that was then killed. It is this group's turn, so it is nobody's.
            var late = (await store.ListAsync(spec.Session, CancellationToken.None)).Members.FirstOrDefault(thing => thing.Listed.Name == name && thing.Run != run);
            if (late is null)
                throw;
            await store.RemoveAsync(late, CancellationToken.None);
            return (await containers.CreateAsync(name, recipe, CancellationToken.None)).Id;
        }
    }

    private async Task<ContainerGroupMemberReport> ProveAsync(ContainerGroupMemberStep step, ContainerGroupMemberReport report, CancellationToken cancel)
    {
        var id = report.Id!;
        var probe = step.Member.Probe;
        var target = ContainerReadiness.Of(
            store.Engine, id,
            new()
            {
                Port = probe.Kind == ContainerGroupProbeKind.Running ? null : step.Member.Port,
                Path = probe.Kind == ContainerGroupProbeKind.Http ? probe.Path : null,
                Status = probe.Status,
                Network = NameOf(ContainerGroupPlan.NetworksOf(spec, step.Member)[0]),
            },
            report.Name);
        var options = new ReadyOptions
        {
            Timeout = report.IsReused && probe.Timeout > ProofOfReuse ? ProofOfReuse : probe.Timeout,
            AttemptTimeout = probe.AttemptTimeout,
            Interval = probe.Interval,
            Successes = probe.Successes,
            Time = store.Time,
            Progress = attempt =>
            {
                if (!attempt.IsReady)
                    journal.Tell(report.Name, ContainerGroupStage.NotYet, attempt.Evidence);
            },
        };
        var end = await Hale.Readiness.Ready.TryWhenAsync([target], options, cancel);
        if (end.End != GateEnd.Ready)
            return Failed(report, Reason(report, end), end.End);
        try
        {
            var details = await containers.InspectAsync(id, cancel);
            watch.Watch(details);
            return Ready(report with { Address = AddressOf(step.Member, details) });
        }
        catch (ContainerEngineException trouble)
        {
            throw new ContainerGroupTroubleException($"{report.Name}: looking at it", trouble);
        }
    }

    // The report names the member already: "not ready within 60 s: web: connection refused" is about web.
    private static string Reason(ContainerGroupMemberReport report, ReadyReport end)
    {
        var (reason, name) = (end.ToString(), $"{report.Name}: ");
        return (reason.StartsWith(name, StringComparison.Ordinal) ? reason[name.Length..] : reason).Replace($": {name}", ": ", StringComparison.Ordinal);
    }

    private ContainerGroupMemberReport Ready(ContainerGroupMemberReport report)
    {
        report = report with { IsReady = true, ReadyAfter = journal.Elapsed };
        journal.Tell(report.Name, ContainerGroupStage.Ready, string.Join(' ', new[] { report.IsReused ? "ready, as it ran before" : "ready", report.Endpoint }.Where(word => word.Length > 0)));
        return report;
    }

    private ContainerGroupMemberReport Failed(ContainerGroupMemberReport report, string trouble, GateEnd end)
    {
        journal.Tell(report.Name, ContainerGroupStage.Failed, trouble);
        return report with { Trouble = trouble, IsUnknown = end == GateEnd.CouldNotTell };
    }

    private string AddressOf(ContainerGroupMember member, ContainerDetails details)
    {
        var first = NameOf(ContainerGroupPlan.NetworksOf(spec, member)[0]);
        return details.NetworkSettings.Networks.TryGetValue(first, out var endpoint) ? endpoint.IPAddress : "";
    }

    private string NameOf(ContainerGroupNetwork network) => network.External ?? ContainerGroupNames.Network(spec.Session, network.Name);

    private static IReadOnlyList<string> Aliases(ContainerGroupMemberStep step) =>
        [step.Member.Name, string.Create(CultureInfo.InvariantCulture, $"{step.Member.Name}.{step.Number}")];

    private ContainerRecipe RecipeOf(ContainerGroupMemberStep step, string uses)
    {
        var member = step.Member;
        var labels = ContainerGroupLabels.Of(spec.Session, ContainerGroupRole.Member, run, member.Name);
        labels[ContainerGroupLabels.Number] = step.Number.ToString(CultureInfo.InvariantCulture);
        labels[ContainerGroupLabels.Recipe] = step.Recipe;
        labels[ContainerGroupLabels.Uses] = uses;
        labels[ContainerGroupLabels.DependsOn] = string.Join(' ', member.DependsOn);
        if (member.Kind is { } kind)
            labels[ContainerGroupLabels.Kind] = kind;
        if (member.Port is { } port)
            labels[ContainerGroupLabels.Port] = port.ToString(CultureInfo.InvariantCulture);
        return new()
        {
            Image = member.Image,
            Command = member.Command,
            EntryPoint = member.EntryPoint,
            Environment = member.Environment,
            Labels = labels,
            User = member.User,
            Network = NameOf(ContainerGroupPlan.NetworksOf(spec, member)[0]),
            Aliases = Aliases(step),
            Mounts = [.. member.Mounts.Select(mount => mount.Volume is { } volume
                ? MountRecipe.Volume(ContainerGroupNames.Volume(spec.Session, volume), mount.Target, mount.IsReadOnly)
                : MountRecipe.Bind(mount.Folder!, mount.Target, mount.IsReadOnly))],
            Ports = [.. member.Publish.Select(port => new PortRecipe(port.Port, port.HostPort, port.HostAddress))],
            MemoryBytes = member.Memory,
            Cpus = member.Cpus,
            StopGrace = member.Grace,
        };
    }
}
