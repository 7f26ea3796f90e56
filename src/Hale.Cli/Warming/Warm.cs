using Hale.Cli.Output;
using Hale.Cli.Waiting;
using Hale.Core.Warming;
using Hale.Processes;
using Hale.Sessions;
using Hale.Warming;
using Hale.Warming.Plans;

namespace Hale.Cli.Warming;

/// <summary>Carries out <c>hale warm</c>. Standard output has the final line, or the JSON; what is said meanwhile goes to standard error.</summary>
internal static class Warm
{
    /// <summary>Runs a plan and returns the exit code.</summary>
    public static async Task<int> RunAsync(Call call, string file, bool once, bool record)
    {
        var plan = Load(call, file, once);
        int code;
        using (var signals = new ForwardedSignals(call.Surroundings.Stop))
        {
            var report = await RunAsync(call, plan, record, signals);
            code = report.Verdict.End switch
            {
                WarmEnd.Interrupted => 128 + signals.First,
                WarmEnd.CouldNotTell => ExitCode.Unknown,
                // Whoever waits for the row does not know.
                _ when report.Verdict.IsHealthy && report.Reported?.End is ReportEnd.Kept or ReportEnd.Lost => ExitCode.Unknown,
                _ when report.Reported?.End is ReportEnd.Refused => ExitCode.Bad,
                // What was asked for beside the verdict was not done.
                _ when record && report.Recording is { List: null } => ExitCode.Bad,
                _ => report.Verdict.IsHealthy ? ExitCode.Good : ExitCode.Bad,
            };
        }
        // A handler of ours would swallow a signal in the moment of the handover.
        if (code == ExitCode.Good && plan.Then.Length > 0)
            throw new CommandException(Handover.CodeOf(plan.Then[0]), Safe.Line(Handover.To(plan.Then, new Dictionary<string, string>())));
        return code;
    }

    private static WarmPlan Load(Call call, string file, bool once)
    {
        var (plan, errors) = WarmPlanLoader.Load(Path.GetFullPath(file, call.Surroundings.Directory), call.Environment);
        if (plan is null)
            throw new CommandException(ExitCode.Usage, string.Join('\n', errors));
        return once ? plan with { Warm = plan.Warm with { Limit = 1, Last = 1 } } : plan;
    }

    private static async Task<WarmReport> RunAsync(Call call, WarmPlan plan, bool record, ForwardedSignals signals)
    {
        using var screen = WarmScreen.For(call);
        WarmReport report;
        try
        {
            report = await WarmRunner.RunAsync(
                plan,
                new()
                {
                    Progress = screen.Tell,
                    ReadingAhead = screen.Tell,
                    Notice = screen.Tell,
                    Record = record,
                    KillNow = signals.Again,
                    OwnsProgram = call.Surroundings.Stop is null,
                    Time = call.Surroundings.Time,
                },
                signals.Asked);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Bad, $"cannot rehearse {plan.File}: {trouble.Message}");
        }
        catch (PlatformNotSupportedException trouble)
        {
            throw new CommandException(ExitCode.Unknown, $"cannot rehearse {plan.File}: {trouble.Message}");
        }
        catch (SessionStoreException trouble)
        {
            throw new CommandException(ExitCode.Usage, trouble.Message);
        }
        screen.End(report);
        if (call.WantsJson)
            WarmJson.Write(call.Surroundings.Out, report);
        else
            call.Surroundings.Out.WriteLine(Safe.Line(report.Verdict.Line));
        return report;
    }
}
