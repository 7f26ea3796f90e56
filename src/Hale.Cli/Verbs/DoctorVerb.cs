using System.Text.Json;
using Hale.Cli.Doctoring;
using Hale.Cli.Views;
using Hale.Doctoring;

namespace Hale.Cli.Verbs;

/// <summary><c>hale doctor</c></summary>
internal static class DoctorVerb
{
    public static Verb Create(Surroundings surroundings) => new Verb(
        "doctor",
        "Say what this machine lets Hale do, and how to allow the rest",
        ("hale doctor", "as the user that runs Hale"),
        ("sudo hale doctor -c /etc/hale/hale.yaml", "what the service will meet"),
        ("hale doctor --json | jq '.findings[] | select(.standing != \"ok\")'", "for scripts"))
        .With("""
            Each line is ok, limited (it works, with less than there could be), missing or
            unknown; below it stand what that costs and what mends it. Nothing is changed.
            0: nothing that the configuration needs is missing. 1: something configured
            cannot work. 3: about something that is needed nothing could be told.
            """)
        .Does(surroundings, async call =>
        {
            var (configuration, plan) = ConfigExam.Examine(call);
            var patient = new Patient { Plan = plan, Environment = surroundings.Environment, Time = surroundings.Time };
            var machine = Examinations.RunAsync(patient, call.Cancel);
            var daemon = DaemonExam.ExamineAsync(call, plan);
            IReadOnlyList<Finding> findings = [configuration, .. await daemon, .. await machine];
            if (call.WantsJson)
                surroundings.Out.WriteLine(JsonSerializer.Serialize(DoctorReport.Of(findings), CliJson.Default.DoctorReport));
            else
                DoctorView.Write(call.Screen, findings);
            return ExitCodeOf(findings);
        });

    /// <summary>By what is needed alone: what cannot work is bad, and what could not be told is unknown.</summary>
    internal static int ExitCodeOf(IReadOnlyList<Finding> findings)
    {
        var needed = findings.Where(finding => finding.IsNeeded).Select(finding => finding.Standing).ToArray();
        return needed.Contains(Standing.Missing) ? ExitCode.Bad : needed.Contains(Standing.Unknown) ? ExitCode.Unknown : ExitCode.Good;
    }
}
