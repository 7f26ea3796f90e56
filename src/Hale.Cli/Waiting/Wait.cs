using Hale.Cli.Output;
using Hale.Core.Readiness;
using Hale.Processes;
using Hale.Readiness;

namespace Hale.Cli.Waiting;

/// <summary>Carries out <c>hale wait</c>. Standard output belongs to COMMAND and to <c>--json</c>; what is said to people goes to standard error.</summary>
internal static class Wait
{
    // What a command gets to end by itself, as with "docker stop".
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private const int Terminate = 15;

    public static Task<int> RunAsync(Call call, WaitRequest request) =>
        request.StartsFirst ? StartFirstAsync(call, request) : Task.FromResult(WaitFirst(call, request));

    private static int WaitFirst(Call call, WaitRequest request)
    {
        using var signals = new ForwardedSignals(call.Surroundings.Stop);
        var code = WaitFor(call, request, signals, sharesScreen: false);
        return code == ExitCode.Good && request.Command.Length > 0 ? Become(request.Command, signals) : code;
    }

    private static async Task<int> StartFirstAsync(Call call, WaitRequest request)
    {
        using var signals = new ForwardedSignals(call.Surroundings.Stop);
        ReadyTarget.Prepare(request.Targets);
        var (command, trouble, cannot) = ForegroundCommand.Start(request.Command, Console.OpenStandardOutput(), Console.OpenStandardError());
        if (command is null)
            throw new CommandException(cannot, trouble!);
        await using (command)
        {
            var end = WaitFor(call, request with { Options = request.Options with { FailWhen = command.Death, KnownPids = [command.Pid] } }, signals, sharesScreen: true);
            if (end != ExitCode.Good)
            {
                await command.StopAsync(signals.First == 0 ? Terminate : signals.First, Grace, signals.Again);
                return end;
            }
            // From here on it is as if it ran without us.
            signals.ForwardTo(command);
            return CodeOf(await command.Exited);
        }
    }

    private static int WaitFor(Call call, WaitRequest request, ForwardedSignals signals, bool sharesScreen)
    {
        using var progress = WaitProgress.For(call, request, sharesScreen);
        ReadyReport report;
        try
        {
            report = Ready.TryWhen(request.Targets, request.Options with { Progress = progress.Tell }, signals.Asked);
        }
        catch (OperationCanceledException) when (signals.Asked.IsCancellationRequested)
        {
            progress.End(null);
            return 128 + signals.First;
        }
        progress.End(report);
        if (call.WantsJson)
            WaitJson.Write(call.Surroundings.Out, report);
        return report.End switch
        {
            GateEnd.Ready => ExitCode.Good,
            GateEnd.NotReady => ExitCode.Bad,
            _ => ExitCode.Unknown,
        };
    }

    private static int Become(string[] command, ForwardedSignals signals)
    {
        // A handler of ours would be gone with us anyway; but one that runs in this very moment would swallow its signal.
        signals.Dispose();
        var trouble = Handover.To(command, new Dictionary<string, string>());
        throw new CommandException(Handover.CodeOf(command[0]), Safe.Line(trouble));
    }

    private static int CodeOf(ProcessExit exit) => !exit.IsKnown ? ExitCode.Unknown : exit.Signal == 0 ? exit.Code : 128 + exit.Signal;
}
