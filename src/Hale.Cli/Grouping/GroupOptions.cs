using System.CommandLine;
using Hale.Cli.Output;
using Hale.Containers;
using Hale.Containers.Groups.Reading;
using Hale.Core.Containers;

namespace Hale.Cli.Grouping;

/// <summary>The options that the verbs about groups of containers share.</summary>
internal sealed class GroupOptions
{
    private readonly Option<string?> session = new("--session", "-s") { Description = "Whose group. Default: as the file says, or its path", HelpName = "TEXT" };
    private readonly Option<string[]> set = new("--set") { Description = "What ${NAME} stands for in the file", HelpName = "NAME=VALUE" };
    private readonly Option<string?> engine = new("--engine") { Description = "Where the engine listens. Default: $DOCKER_HOST, or the usual sockets", HelpName = "ADDRESS" };

    /// <summary>Those of a verb that reads a file.</summary>
    public IEnumerable<Option> OfFile => [session, set, engine];

    /// <summary>Where the engine listens.</summary>
    public Option<string?> Engine => engine;

    /// <summary>The session that was named; null for that of the file.</summary>
    public string? Session(Call call) => call.Get(session) is not { } text ? null
        : ContainerGroupNames.IsSession(text) ? text
        : throw new CommandException(ExitCode.Usage, $"A session is a text of 1 to {ContainerGroupNames.LongestSession} characters, not all of them blank.");

    /// <summary>Reads the group's file; everything that is wrong with it ends the command.</summary>
    public ContainerGroupSpec Read(Call call, string? file)
    {
        var set = Set(call);
        var path = Path.GetFullPath(file ?? GroupFile.DefaultName, call.Surroundings.Directory);
        if (file is null && !File.Exists(path))
            throw new CommandException(ExitCode.Usage, $"There is no {GroupFile.DefaultName} here. Name the file of the group: hale up FILE");
        var result = GroupFile.Load(path, name => set.TryGetValue(name, out var value) ? value : call.Surroundings.Environment(name), Session(call));
        return result.Spec ?? throw new CommandException(ExitCode.Usage, string.Join('\n', result.Errors));
    }

    /// <summary>A client of the engine.</summary>
    public ContainerEngine Client(Call call)
    {
        try
        {
            return new(call.Get(engine) is { } address ? EngineAddress.Parse(address) : EngineAddress.Default(call.Surroundings.Environment), time: call.Surroundings.Time);
        }
        catch (FormatException trouble)
        {
            throw new CommandException(ExitCode.Usage, Safe.Line(trouble.Message));
        }
    }

    private Dictionary<string, string> Set(Call call)
    {
        var values = new Dictionary<string, string>();
        foreach (var text in call.Get(set) ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new CommandException(ExitCode.Usage, $"--set takes NAME=VALUE, not '{Safe.Line(text)}'");
            values[text[..equals]] = text[(equals + 1)..];
        }
        return values;
    }
}
