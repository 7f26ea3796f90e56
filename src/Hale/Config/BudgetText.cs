using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hale.Core.Model;

namespace Hale.Config;

/// <summary>So many in so much time, as people write it: <c>3 per 10m</c>.</summary>
public static class BudgetText
{
    /// <summary>Reads a whole number from 1, <c>per</c>, and a <see cref="Duration"/> above zero.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Budget? budget)
    {
        budget = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var count, "per", var span]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            && Duration.TryParse(span, out var per) && per > TimeSpan.Zero
            ? new Budget(number, per)
            : null;
        return budget is not null;
    }

    /// <summary>Writes a budget.</summary>
    public static string Format(Budget budget) => string.Create(CultureInfo.InvariantCulture, $"{budget.Count} per {Duration.Format(budget.Per)}");
}
