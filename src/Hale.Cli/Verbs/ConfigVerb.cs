using System.CommandLine;
using System.Text.Json;
using Hale.Cli.Output;
using Hale.Config;

namespace Hale.Cli.Verbs;

/// <summary><c>hale config</c>: <c>init</c>, <c>check</c>, <c>diff</c> and <c>schema</c>.</summary>
internal static class ConfigVerb
{
    public static Command Create(Surroundings surroundings) => new Verb(
        "config",
        "Begin a configuration, check it, see what a reload would change, or print its schema",
        ("hale config init", "a first one, after a look at this machine"),
        ("hale config check", "all errors at once, with line and column"),
        ("hale config diff", "what 'hale reload' would change"),
        ("hale config schema > hale.schema.json", "for completion in an editor"))
    {
        ConfigInitVerb.Create(surroundings),
        Check(surroundings),
        ConfigDiffVerb.Create(surroundings),
        Schema(surroundings),
    };

    private static Verb Check(Surroundings surroundings)
    {
        var file = Arguments.Optional("FILE", "The file. Default: as for every verb");
        return new Verb(
            "check",
            "Check a configuration; nothing is run",
            ("hale config check", "the one that 'hale run' would take"),
            ("hale config check hale.yaml && sudo systemctl reload hale", "before it is used"))
        {
            file,
        }.Does(surroundings, call =>
        {
            var path = call.Get(file) ?? call.ConfigFile();
            var result = surroundings.EngineRoom.Load(Path.GetFullPath(path, surroundings.Directory), call.Environment);
            if (call.WantsJson)
                surroundings.Out.WriteLine(JsonSerializer.Serialize(ConfigReport.Of(path, result), CliJson.Default.ConfigReport));
            else
                Write(call, path, result);
            return Task.FromResult(result.Plan is null ? ExitCode.Usage : ExitCode.Good);
        });
    }

    private static void Write(Call call, string path, LoadResult result)
    {
        foreach (var error in result.Errors)
            call.Surroundings.Error.WriteLine(Safe.Line(error.ToString()));
        foreach (var warning in result.Warnings)
            call.Surroundings.Error.WriteLine($"warning: {Safe.Line(warning.ToString())}");
        if (result.Plan is { World: var world })
        {
            call.Screen.Line(new Piece("good", Tone.Good), $": {path}: {Words.Count(world.Targets.Length, "target")}, {Words.Count(world.Checks.Length, "check")}, {Words.Count(world.Groups.Length, "group")}");
            return;
        }
        call.Surroundings.Error.WriteLine($"{Words.Count(result.Errors.Count, "error")} in {Safe.Line(path)}");
    }

    private static Verb Schema(Surroundings surroundings) => new Verb(
        "schema",
        "Print the JSON schema of the configuration",
        ("hale config schema > hale.schema.json", "then in hale.yaml: # yaml-language-server: $schema=hale.schema.json")).With("""
            With a configuration here, the kinds of checks that its plugins bring stand in
            the schema as well.
            """).Does(surroundings, call =>
        {
            surroundings.Out.WriteLine(surroundings.EngineRoom.Schema(KindsHere(call)));
            return Task.FromResult(ExitCode.Good);
        });

    private static IReadOnlyList<ProbeKind>? KindsHere(Call call)
    {
        try
        {
            var kinds = call.Surroundings.EngineRoom.Load(call.ConfigFile(), call.Surroundings.Environment).Kinds;
            return kinds.Count > 0 ? kinds : null;
        }
        catch (CommandException)
        {
            // No configuration here: the schema is what the first one is written with.
            return null;
        }
    }
}
