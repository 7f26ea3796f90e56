namespace Hale.Samples.Cyan;

/// <summary>Answers to the questions of a template, given before they are asked.</summary>
internal static class Answers
{
    /// <summary>Reads <c>NAME=ANSWER</c>; what is not given is as here.</summary>
    public static IReadOnlyDictionary<string, string> Parse(IEnumerable<string> words)
    {
        var answers = new Dictionary<string, string> { ["name"] = "Otter", ["holder"] = "the makers of Otter", ["year"] = "2026" };
        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new SampleException($"'{word}' is no answer; write NAME=ANSWER, as in name=Beaver");
            answers[word[..equals]] = word[(equals + 1)..];
        }
        return answers;
    }
}
