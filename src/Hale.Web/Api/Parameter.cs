namespace Hale.Web.Api;

/// <summary>Where a parameter stands.</summary>
internal enum Place
{
    /// <summary>A part of the path.</summary>
    Path,

    /// <summary>After the question mark.</summary>
    Query,
}

/// <summary>What a parameter takes.</summary>
internal enum Takes
{
    /// <summary>Any text, not empty.</summary>
    Text,

    /// <summary>A whole number within limits.</summary>
    Number,

    /// <summary>One of some words.</summary>
    Word,

    /// <summary>Some of some words: repeated, or with commas.</summary>
    Words,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,
}

/// <summary>A parameter of an endpoint: described and read by the same limits.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Takes">What it takes.</param>
/// <param name="Summary">What it means.</param>
internal sealed record Parameter(string Name, Place Place, Takes Takes, string Summary)
{
    /// <summary>Smallest number.</summary>
    public long Min { get; init; }

    /// <summary>Largest number.</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>The number that is taken when none is given; null for none.</summary>
    public long? Default { get; init; }

    /// <summary>The words it takes.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>A value that shows what it looks like.</summary>
    public string? Example { get; init; }

    /// <summary>A part of the path.</summary>
    public static Parameter Part(string name, string summary, string example) => new(name, Place.Path, Takes.Text, summary) { Example = example };

    /// <summary>A text in the query.</summary>
    public static Parameter Text(string name, string summary, string? example = null) => new(name, Place.Query, Takes.Text, summary) { Example = example };

    /// <summary>A whole number in the query.</summary>
    public static Parameter Number(string name, long min, long max, string summary, long? @default = null) =>
        new(name, Place.Query, Takes.Number, summary) { Min = min, Max = max, Default = @default };

    /// <summary>Some of the words, in the query.</summary>
    public static Parameter Words(string name, IReadOnlyList<string> choices, string summary) => new(name, Place.Query, Takes.Words, summary) { Choices = choices };

    /// <summary>A flag in the query.</summary>
    public static Parameter Flag(string name, string summary) => new(name, Place.Query, Takes.Flag, summary);
}
