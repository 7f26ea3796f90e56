using System.CommandLine;
using Hale.Cli.Output;
using Hale.Cli.Views;
using Hale.Config;
using Hale.Web.Contract;

namespace Hale.Cli.Verbs;

/// <summary><c>hale config diff</c></summary>
internal static class ConfigDiffVerb
{
    public static Verb Create(Surroundings surroundings)
    {
        var old = Arguments.Optional("OLD", "With NEW: two files to compare, without a daemon");
        var next = Arguments.Optional("NEW", "The other file");
        return new Verb(
            "diff",
            "Show what a reload would change in the running daemon",
            ("hale config diff", "the file on disk against what runs"),
            ("hale config diff hale.yaml hale.new.yaml", "two files, without a daemon"),
            ("hale config diff --json | jq '.diff.parts[].name'", "for scripts"))
        {
            old,
            next,
        }.With("""
            Secrets are not shown. Exit code 0: nothing differs; 1: something does;
            2: the configuration on disk has errors, which are listed.
            """).Does(surroundings, async call =>
        {
            if (call.Get(old) is null != call.Get(next) is null)
                throw new CommandException(ExitCode.Usage, "Name two files to compare, or none to compare the file on disk with the running daemon.");
            return call.Get(old) is { } one
                ? Files(call, one, call.Get(next)!)
                : await RunningAsync(call);
        });
    }

    private static async Task<int> RunningAsync(Call call)
    {
        using var daemon = call.Daemon();
        return Write(call, await daemon.ReloadAsync(rehearse: true, call.Cancel));
    }

    private static int Files(Call call, string old, string next)
    {
        var (before, after) = (Load(call, old), Load(call, next));
        ConfigError[] errors = [.. before.Errors, .. after.Errors];
        return Write(call, ReloadWire.Reload(new(errors.Length == 0, errors.Length == 0 ? "compared" : "cannot be compared",
            errors.Length == 0 ? ConfigDiff.Between(before.Plan!, after.Plan!) : null, errors, after.Warnings)));
    }

    private static LoadResult Load(Call call, string file) =>
        call.Surroundings.EngineRoom.Load(Path.GetFullPath(file, call.Surroundings.Directory), call.Environment);

    private static int Write(Call call, ReloadDto reload)
    {
        var written = ReloadVerb.Write(call, reload);
        return written != ExitCode.Good ? written : reload.Diff is { Parts.Count: > 0 } ? ExitCode.Bad : ExitCode.Good;
    }
}
