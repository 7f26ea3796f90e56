using System.Globalization;
using Hale.Cli.Output;
using Hale.Cli.Waiting;
using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Core.Containers;
using Hale.Core.Readiness;
using Hale.Processes;
using Hale.Readiness;

namespace Hale.Cli.Grouping;

/// <summary>What <c>hale up</c> was asked for.</summary>
/// <param name="Spec">The group.</param>
/// <param name="Command">Holds the group for this command; empty for none.</param>
/// <param name="Holds">Holds the group until a signal.</param>
/// <param name="IsQuiet">Says nothing unless it fails.</param>
internal sealed record UpRequest(ContainerGroupSpec Spec, string[] Command, bool Holds, bool IsQuiet);

/// <summary>Carries out <c>hale up</c>. Standard output belongs to COMMAND, to <c>--json</c>, or to the table of members; what is said to people on the way goes to standard error.</summary>
internal static class Up
{
    // What a command gets to end by itself, as with "docker stop".
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private const int Terminate = 15;

    public static async Task<int> RunAsync(Call call, UpRequest request, ContainerEngine engine)
    {
        using var signals = new ForwardedSignals(call.Surroundings.Stop);
        using var progress = GroupProgress.For(call, request.IsQuiet);
        var options = new ContainerGroupOptions
        {
            Engine = engine,
            Hold = request.Holds || request.Command.Length > 0,
            Who = string.Create(CultureInfo.InvariantCulture, $"hale up (process {Environment.ProcessId})"),
            Progress = progress.Tell,
            Time = call.Surroundings.Time,
        };
        ContainerGroupReport report;
        ContainerGroup? group;
        try
        {
            (report, group) = await ContainerGroup.TryUpAsync(request.Spec, options, signals.Asked);
        }
        catch (OperationCanceledException stopped) when (signals.Asked.IsCancellationRequested)
        {
            progress.End();
            call.Surroundings.Error.WriteLine($"hale: {Safe.Line(stopped.Message)}");
            return 128 + signals.First;
        }
        progress.End();
        Show(call, request, report);
        if (group is null)
            return CodeOf(report);
        var code = request.Command.Length > 0 ? await RunAsync(call, request, group, signals) : await HoldAsync(call, group, signals);
        return await TakeDownAsync(call, request, group) ? code : code == ExitCode.Good ? ExitCode.Bad : code;
    }

    private static void Show(Call call, UpRequest request, ContainerGroupReport report)
    {
        if (call.WantsJson)
        {
            GroupJson.Write(call.Surroundings.Out, report);
            return;
        }
        if (!report.IsReady || !request.IsQuiet)
            call.Surroundings.Error.WriteLine($"hale: {Safe.Line(report.IsReady ? string.Create(CultureInfo.InvariantCulture, $"ready after {report.Took.TotalSeconds:0.00}s") : report.ToString())}");
        if (report.IsReady && request.Command.Length == 0 && !request.IsQuiet)
            GroupView.Write(call.Screen, report);
    }

    private static async Task<int> RunAsync(Call call, UpRequest request, ContainerGroup group, ForwardedSignals signals)
    {
        Announce(group);
        var (command, trouble, cannot) = ForegroundCommand.Start(request.Command, Console.OpenStandardOutput(), Console.OpenStandardError());
        if (command is null)
        {
            call.Surroundings.Error.WriteLine($"hale: {Safe.Line(trouble!)}");
            return cannot;
        }
        await using (command)
        {
            signals.ForwardTo(command);
            if (await Task.WhenAny(command.Exited, group.Death) == command.Exited)
                return CodeOf(await command.Exited);
            call.Surroundings.Error.WriteLine($"hale: {Safe.Line(await group.Death)}");
            await command.StopAsync(Terminate, Grace, signals.Again);
            return ExitCode.Bad;
        }
    }

    private static async Task<int> HoldAsync(Call call, ContainerGroup group, ForwardedSignals signals)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = signals.Asked.Register(asked.SetResult);
        if (await Task.WhenAny(asked.Task, group.Death) == asked.Task)
            return ExitCode.Good;
        call.Surroundings.Error.WriteLine($"hale: {Safe.Line(await group.Death)}");
        return ExitCode.Bad;
    }

    private static async Task<bool> TakeDownAsync(Call call, UpRequest request, ContainerGroup group)
    {
        try
        {
            var down = await group.DownAsync();
            if (!request.IsQuiet && !call.WantsJson)
                call.Surroundings.Error.WriteLine($"hale: {Safe.Line(down.Keeper is { } keeper ? $"the group stays up, since {keeper} wants it" : "the group is taken down")}");
            return true;
        }
        catch (Exception left) when (left is ContainerEngineException or ContainerGroupTroubleException or GroupBusyException)
        {
            call.Surroundings.Error.WriteLine($"hale: {Safe.Line(left.Message)}; what is left is found by the next hale up, or by hale down");
            return false;
        }
    }

    // COMMAND finds the members by variables: HALE_UP_PROCESSOR=172.18.0.3:5551, with _2 and so on for further containers of a member.
    private static void Announce(ContainerGroup group)
    {
        Environment.SetEnvironmentVariable("HALE_UP_SESSION", group.Report.Session);
        foreach (var member in group.Members)
        {
            var name = $"HALE_UP_{member.Member.ToUpperInvariant().Replace('-', '_')}{(member.Number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"_{member.Number}"))}";
            Environment.SetEnvironmentVariable(name, member.Endpoint.Length > 0 ? member.Endpoint : member.Address);
        }
    }

    private static int CodeOf(ContainerGroupReport report) => report.End switch
    {
        GateEnd.Ready => ExitCode.Good,
        GateEnd.NotReady => ExitCode.Bad,
        _ => ExitCode.Unknown,
    };

    private static int CodeOf(ProcessExit exit) => !exit.IsKnown ? ExitCode.Unknown : exit.Signal == 0 ? exit.Code : 128 + exit.Signal;
}
