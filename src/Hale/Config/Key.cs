namespace Hale.Config;

/// <summary>The kinds of value that a key of the configuration takes.</summary>
public enum KeyType
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A time span: <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>2h</c>, <c>7d</c>, combined as <c>1h30m</c>. Read as <see cref="TimeSpan"/>.</summary>
    Duration,

    /// <summary>A share: <c>80%</c>. Read as a double, 80.</summary>
    Percent,

    /// <summary>An amount of data: <c>512</c>, <c>10KB</c>, <c>10MB</c>, <c>2GB</c> (powers of 1024). Read as a long.</summary>
    Bytes,

    /// <summary>A whole number. Read as a long.</summary>
    Integer,

    /// <summary>A number. Read as a double.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>. Read as a bool.</summary>
    Flag,

    /// <summary>A path; a relative one is taken from the folder of the configuration file. Read as an absolute path.</summary>
    Path,

    /// <summary>An absolute <c>http</c> or <c>https</c> URL. Read as a <see cref="Uri"/>.</summary>
    Url,

    /// <summary>A list of texts; a single text stands for a list of one. Read as a string array.</summary>
    TextList,

    /// <summary>A list of paths; a single path stands for a list of one. Read as a string array of absolute paths.</summary>
    PathList,

    /// <summary>A command: a list (program and arguments) or one text, which is split at blanks without a shell. Read as a string array.</summary>
    Command,

    /// <summary>A mapping of texts. Read as an <c>IReadOnlyDictionary&lt;string, string&gt;</c>.</summary>
    TextMap,

    /// <summary>One of <see cref="Key.Choices"/>. Read as a string.</summary>
    Choice,

    /// <summary>A signal's name, with or without SIG: <c>TERM</c>. Read as its number (int).</summary>
    Signal,

    /// <summary>A regular expression (.NET, non-backtracking, culture-invariant). Read as a <see cref="System.Text.RegularExpressions.Regex"/>.</summary>
    Pattern,

    /// <summary>So many in so much time: <c>3 per 10m</c>. Read as a <see cref="Hale.Core.Model.Budget"/>.</summary>
    Budget,

    /// <summary>A level of a measurement, written in the unit of the measurement: <c>85%</c>, <c>10GB</c>, <c>200ms</c>, <c>3</c>. Only for <c>warn</c> and <c>fail</c> of a check.</summary>
    Level,

    /// <summary>A time of day: <c>02:00</c>. Read as a <see cref="TimeOnly"/>.</summary>
    TimeOfDay,

    /// <summary>Keys of its own below it. Only for the structure of the file itself, not for kinds.</summary>
    Section,
}

/// <summary>
/// A key of the configuration: the one source of its validation, of the editor's schema and of its line in
/// <c>docs/configuration.md</c>.
/// </summary>
/// <param name="Name">Lower case, words joined by <c>_</c>.</param>
/// <param name="Type">What it takes.</param>
/// <param name="Doc">One or two sentences: what it means, the default, the range.</param>
public sealed record Key(string Name, KeyType Type, string Doc)
{
    /// <summary>Must be written.</summary>
    public bool Required { get; init; }

    /// <summary>The one key that a bare scalar stands for: <c>http: http://…</c> for <c>http: { url: http://… }</c>. At most one per kind.</summary>
    public bool Shorthand { get; init; }

    /// <summary>The default as it would be written; null when there is none.</summary>
    public string? Default { get; init; }

    /// <summary>What a <see cref="KeyType.Choice"/> takes; for a <see cref="KeyType.TextList"/>, what each of its texts may be (empty: anything).</summary>
    public string[] Choices { get; init; } = [];

    /// <summary>Smallest value, in the unit of the type (seconds for a duration); null for no limit.</summary>
    public double? Min { get; init; }

    /// <summary>Largest value, in the unit of the type (seconds for a duration); null for no limit.</summary>
    public double? Max { get; init; }
}
