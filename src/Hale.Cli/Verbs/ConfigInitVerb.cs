using System.CommandLine;
using Hale.Cli.Output;
using Hale.Config.Init;

namespace Hale.Cli.Verbs;

/// <summary><c>hale config init</c></summary>
internal static class ConfigInitVerb
{
    private const string Default = "hale.yaml";

    public static Verb Create(Surroundings surroundings)
    {
        var file = Arguments.Optional("FILE", $"The file to write. Default: {Default} here");
        var force = new Option<bool>("--force") { Description = "Write over a file that is there" };
        var print = new Option<bool>("--print") { Description = "Write to standard output instead" };
        return new Verb(
            "init",
            "Look at this machine and write a first configuration",
            ("hale config init", "then: hale check -v, and hale run"),
            ("sudo hale config init /etc/hale/hale.yaml", "root sees which program listens on which port"),
            ("hale config init --print", "only to look at it"))
        {
            file,
            force,
            print,
        }.With("""
            Processor, memory, file systems, listening ports and systemd are looked at;
            nothing is connected to, and nothing but the file is written. What needs your
            decision stands in it as a remark.
            """).Does(surroundings, async call =>
        {
            var text = ConfigurationStart.ForThisMachine();
            if (call.Get(print))
            {
                surroundings.Out.Write(text);
                return ExitCode.Good;
            }
            var name = call.Get(file) ?? Default;
            await WriteAsync(Path.GetFullPath(name, surroundings.Directory), text, call.Get(force), call.Cancel);
            var plan = call.LoadPlan(Path.GetFullPath(name, surroundings.Directory));
            call.Screen.Line($"{Safe.Line(name)}: {Words.Count(plan.World.Targets.Length, "target")} with {Words.Count(plan.World.Checks.Length, "check")}. Read it, then: hale check -v, and hale run");
            return ExitCode.Good;
        });
    }

    private static async Task WriteAsync(string path, string text, bool force, CancellationToken cancel)
    {
        try
        {
            await using var stream = new FileStream(path, force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            await using var writer = new StreamWriter(stream);
            await writer.WriteAsync(text.AsMemory(), cancel);
        }
        catch (IOException) when (!force && Path.Exists(path))
        {
            throw new CommandException(ExitCode.Usage, $"{path} is there already and was left as it is. Name another file, see what would be written with --print, or write over it with --force.");
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"{path} cannot be written: {trouble.Message}");
        }
    }
}
