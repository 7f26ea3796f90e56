using System.CommandLine;
using Hale.Cli.Output;
using Hale.Cli.Views;
using Hale.Web.Contract;

namespace Hale.Cli.Verbs;

/// <summary><c>hale reload</c></summary>
internal static class ReloadVerb
{
    public static Command Create(Surroundings surroundings) => new Verb(
        "reload",
        "Have the running daemon read its configuration again",
        ("hale config diff && hale reload", "see what it would change, then change it"),
        ("hale reload --json | jq .diff", "what changed, for scripts"))
        .With("""
            The file is read as a whole. With any error the present configuration goes on,
            and all errors are listed (exit code 2). What did not change keeps its state and
            its times; no supervised process is stopped or started by a reload: one whose
            'process:' section changed goes on as it is until 'hale restart TARGET'.
            """).Does(surroundings, async call =>
        {
            using var daemon = call.Daemon();
            return Write(call, await daemon.ReloadAsync(rehearse: false, call.Cancel));
        });

    /// <summary>Writes what a reload came to, or would; 0 when it was taken, 2 when it was refused.</summary>
    public static int Write(Call call, ReloadDto reload)
    {
        if (call.WantsJson)
        {
            call.WriteJson(reload, json => json.ReloadDto);
            return reload.Taken ? ExitCode.Good : ExitCode.Usage;
        }
        foreach (var error in reload.Errors)
            call.Surroundings.Error.WriteLine(Safe.Line(ReloadWire.Line(error)));
        foreach (var warning in reload.Warnings)
            call.Surroundings.Error.WriteLine($"warning: {Safe.Line(ReloadWire.Line(warning))}");
        if (reload.Diff is { } diff)
            DiffView.Write(call.Screen, diff);
        else
            call.Surroundings.Error.WriteLine($"hale: {Words.Count(reload.Errors.Count, "error")}; the configuration in force goes on");
        return reload.Taken ? ExitCode.Good : ExitCode.Usage;
    }
}
