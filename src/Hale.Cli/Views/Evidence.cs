using Hale.Cli.Output;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>What a check saw and measured, in one line.</summary>
internal static class Evidence
{
    private const int MaxMeasurements = 5;

    public static string Of(CheckDto check)
    {
        var measured = check.Measurements.Take(MaxMeasurements).Select(Words.Of).ToList();
        if (check.Measurements.Count > MaxMeasurements)
            measured.Add($"and {check.Measurements.Count - MaxMeasurements} more");
        var numbers = measured.Count == 0 ? "" : $"({string.Join(", ", measured)})";
        return check.Evidence.Length == 0 ? numbers : numbers.Length == 0 ? check.Evidence : $"{check.Evidence} {numbers}";
    }
}
