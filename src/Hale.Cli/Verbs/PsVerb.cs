using System.CommandLine;
using Hale.Cli.Grouping;
using Hale.Containers;
using Hale.Containers.Groups;

namespace Hale.Cli.Verbs;

/// <summary><c>hale ps</c></summary>
internal static class PsVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var session = Arguments.Optional("SESSION", "Only this group");
        var options = new GroupOptions();
        return new Verb(
            "ps",
            "Show the groups of containers that the engine has",
            ("hale ps", "all of them"),
            ("hale ps job-17 --json", "one, for programs"))
        {
            session,
            options.Engine,
        }.Does(surroundings, call => RunAsync(call, options, call.Get(session)));
    }

    private static async Task<int> RunAsync(Call call, GroupOptions options, string? session)
    {
        using var engine = options.Client(call);
        IReadOnlyList<ContainerGroupStatus> groups;
        try
        {
            groups = await ContainerGroups.ListAsync(engine, call.Surroundings.Time, call.Cancel);
        }
        catch (ContainerEngineException trouble)
        {
            throw new CommandException(trouble.IsOfTheEngine ? ExitCode.Unknown : ExitCode.Bad, trouble.Message);
        }
        if (session is not null)
            groups = [.. groups.Where(group => group.Session == session)];
        if (call.WantsJson)
            GroupJson.Write(call.Surroundings.Out, groups);
        else if (groups.Count > 0)
            GroupView.Write(call.Screen, groups, call.Surroundings.Time.GetUtcNow());
        else
            call.Screen.Line(session is null ? "There are no groups." : "There is no such group.");
        return session is not null && groups.Count == 0 ? ExitCode.Bad : ExitCode.Good;
    }
}
