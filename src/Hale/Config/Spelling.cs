namespace Hale.Config;

/// <summary>Guesses what a misspelt word was meant to be.</summary>
public static class Spelling
{
    /// <summary>The closest of the known words, or null when none is close: at most two slips away (one for words of up to three letters, none for single letters), or one begins with the other.</summary>
    public static string? Closest(string word, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = Math.Min(word.Length, word.Length <= 3 ? 2 : 3);
        foreach (var candidate in known)
        {
            var distance = Distance(word, candidate);
            // A shared beginning counts as two slips, so that a real near miss wins over it.
            if (distance > 2 && word.Length >= 3 && candidate.Length >= 3
                && (candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase) || word.StartsWith(candidate, StringComparison.OrdinalIgnoreCase)))
                distance = 2;
            if (distance < bestDistance || (distance == 2 && bestDistance == 2 && best is null))
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>The closest known word as half a sentence for an error, or null.</summary>
    internal static string? Suggest(string word, IEnumerable<string> known, Func<string, string>? show = null) =>
        Closest(word, known) is { } close ? $"did you mean \"{(show is null ? close : show(close))}\"?" : null;

    /// <summary>
    /// Slips between two words, upper and lower case being the same: a letter too many, too few, wrong, or two neighbours swapped
    /// (the optimal string alignment form of the Damerau-Levenshtein distance).
    /// </summary>
    public static int Distance(string a, string b)
    {
        const int Longest = 64;
        if (a.Length > Longest || b.Length > Longest)
            return Longest;
        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> above = stackalloc int[b.Length + 1];
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            above[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1] + 1, above[j] + 1), above[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            var free = before;
            before = above;
            above = row;
            row = free;
        }
        return above[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
