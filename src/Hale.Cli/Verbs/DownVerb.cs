using System.CommandLine;
using System.Globalization;
using Hale.Cli.Grouping;
using Hale.Cli.Output;
using Hale.Containers;
using Hale.Containers.Groups;

namespace Hale.Cli.Verbs;

/// <summary><c>hale down</c></summary>
internal static class DownVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var file = Arguments.Optional("FILE", "The group; default: group.yaml");
        var options = new GroupOptions();
        var expired = new Option<bool>("--expired") { Description = "Every group that nobody wants any more, and what unfinished runs left" };
        var volumes = new Option<bool>("--volumes") { Description = "Also volumes with keep: true" };
        var verb = new Verb(
            "down",
            "Take a group of containers down",
            ("hale down", "the group in group.yaml"),
            ("hale down --session job-17", "by its session alone"),
            ("hale down --expired", "what nobody wants any more"))
        {
            file,
            expired,
            volumes,
        };
        foreach (var option in options.OfFile)
            verb.Add(option);
        return verb.With("""
            Members are stopped, those that others depend on last, each with its grace, and
            removed with the group's networks and volumes. Only what carries the labels of
            this session is touched.
            """).Does(surroundings, call => RunAsync(call, options, call.Get(file), call.Get(expired), call.Get(volumes)));
    }

    private static async Task<int> RunAsync(Call call, GroupOptions options, string? file, bool expired, bool withKept)
    {
        var named = options.Session(call);
        if (expired && (file is not null || named is not null))
            throw new CommandException(ExitCode.Usage, "--expired is about all groups: name none beside it.");
        var session = expired ? null : named ?? options.Read(call, file).Session;
        using var engine = options.Client(call);
        using var stop = new StopSignals(call.Surroundings);
        using var progress = GroupProgress.For(call, isQuiet: false);
        var with = new ContainerGroupOptions
        {
            Engine = engine,
            Who = string.Create(CultureInfo.InvariantCulture, $"hale down (process {Environment.ProcessId})"),
            Progress = progress.Tell,
            Time = call.Surroundings.Time,
        };
        try
        {
            IReadOnlyList<ContainerGroupDown> downs = session is null
                ? await ContainerGroups.CollectAsync(with, stop.Token)
                : [await ContainerGroups.DownAsync(session, with, withKept, stop.Token)];
            progress.End();
            Show(call, downs);
            return ExitCode.Good;
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or ContainerGroupTroubleException or GroupBusyException)
        {
            progress.End();
            throw new CommandException(trouble is ContainerEngineException { IsOfTheEngine: true } ? ExitCode.Unknown : ExitCode.Bad, trouble.Message);
        }
    }

    private static void Show(Call call, IReadOnlyList<ContainerGroupDown> downs)
    {
        if (call.WantsJson)
        {
            GroupJson.Write(call.Surroundings.Out, downs);
            return;
        }
        foreach (var down in downs)
        {
            var kept = down.Kept.Count == 0 ? "" : $"; kept: {string.Join(", ", down.Kept.Select(volume => $"volume {volume}"))}";
            call.Screen.Line(new Piece(down.Session, Tone.Strong), down.Removed.Count == 0 ? ": there was nothing of it" : $": {string.Join(", ", down.Removed)} taken away", kept);
        }
        if (downs.Count == 0)
            call.Screen.Line("There is nothing that nobody wants.");
    }
}
