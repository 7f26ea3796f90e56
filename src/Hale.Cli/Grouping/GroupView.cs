using System.Globalization;
using Hale.Cli.Output;
using Hale.Containers.Groups;

namespace Hale.Cli.Grouping;

/// <summary>Shows groups to people.</summary>
internal static class GroupView
{
    /// <summary>A group that came up.</summary>
    public static void Write(Screen screen, ContainerGroupReport report) => screen.Table(
        ["MEMBER", "STATE", "AFTER", "ADDRESS", "IMAGE"],
        [.. report.Members.Select(member => new Piece[]
        {
            new(member.Name, Tone.Strong),
            member.IsReady ? new(member.IsReused ? "ready, reused" : "ready", Tone.Good) : new("not ready", Tone.Bad),
            member.ReadyAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $"{after.TotalSeconds:0.00}s") : "-",
            member.Endpoint.Length > 0 ? member.Endpoint : member.Address ?? "-",
            member.Image,
        })]);

    /// <summary>The groups of an engine.</summary>
    public static void Write(Screen screen, IReadOnlyList<ContainerGroupStatus> groups, DateTimeOffset now)
    {
        var isFirst = true;
        foreach (var group in groups)
        {
            if (!isFirst)
                screen.Line();
            isFirst = false;
            screen.Line(new Piece(group.Session, Tone.Strong), "  ", Standing(group, now));
            if (group.Containers.Count > 0)
            {
                screen.Table(
                    ["MEMBER", "STATE", "CONTAINER"],
                    [.. group.Containers.Select(container => new Piece[]
                    {
                        container.Number == 1 ? container.Member : string.Create(CultureInfo.InvariantCulture, $"{container.Member}.{container.Number}"),
                        new(container.State, container.State == "running" ? Tone.Good : Tone.Bad),
                        container.Name,
                    })],
                    indent: 2);
            }
        }
    }

    private static Piece Standing(ContainerGroupStatus group, DateTimeOffset now)
    {
        var holders = group.Holders.Where(holder => !holder.IsOver).ToList();
        if (group.IsForgotten)
            return new("nobody wants it any more: hale down --expired takes it away", Tone.Warn);
        if (holders.Find(holder => holder.IsAtWork) is { } worker)
            return $"{worker.Who} is changing it";
        return group.Until is { } until ? $"until {Words.Moment(until)} ({Words.Span(until - now)})" : string.Join(", ", holders.Select(holder => holder.IsProcess ? $"held by {holder.Who}" : "until it is taken down").DefaultIfEmpty("nobody is known to want it"));
    }
}
