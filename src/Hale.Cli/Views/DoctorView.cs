using Hale.Cli.Output;
using Hale.Doctoring;

namespace Hale.Cli.Views;

/// <summary>Shows what an examination found: a line each, and below it what it costs and what mends it.</summary>
internal static class DoctorView
{
    private const string Indent = "             ";

    public static void Write(Screen screen, IReadOnlyList<Finding> findings)
    {
        var width = findings.Max(finding => finding.Subject.Length) + 2;
        foreach (var finding in findings)
        {
            var standing = Of(finding.Standing);
            screen.Line(standing, new string(' ', 9 - standing.Text.Length), new Piece(finding.Subject.PadRight(width), Tone.Strong), finding.Detail);
            if (finding.Cost is { } cost)
                screen.Line(new Piece($"{Indent}costs: ", Tone.Dim), cost);
            if (finding.Fix is { } fix)
                screen.Line(new Piece($"{Indent}fix:   ", Tone.Dim), fix);
        }
        screen.Line();
        screen.Line(Summary(findings));
    }

    private static Piece Of(Standing standing) => standing switch
    {
        Standing.Ok => new("ok", Tone.Good),
        Standing.Limited => new("limited", Tone.Warn),
        Standing.Missing => new("missing", Tone.Bad),
        _ => new("unknown", Tone.Unknown),
    };

    private static string Summary(IReadOnlyList<Finding> findings)
    {
        var blocking = findings.Where(finding => finding is { IsNeeded: true, Standing: Standing.Missing or Standing.Unknown }).Select(finding => finding.Subject).Distinct().ToArray();
        return blocking.Length == 0
            ? "Nothing that the configuration needs is missing."
            : $"Needed and not there, or not to be told: {string.Join(", ", blocking)}.";
    }
}
