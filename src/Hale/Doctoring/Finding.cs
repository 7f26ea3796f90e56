namespace Hale.Doctoring;

/// <summary>How one part of what Hale stands on is.</summary>
public enum Standing : byte
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, with less than there could be: see <see cref="Finding.Cost"/>.</summary>
    Limited,

    /// <summary>It is not there or does not work.</summary>
    Missing,

    /// <summary>It could not be told.</summary>
    Unknown,
}

/// <summary>What an examination found.</summary>
/// <param name="Subject">What was looked at, in one or two words: <c>open files</c>.</param>
/// <param name="Standing">How it is.</param>
/// <param name="Detail">The evidence, in one line.</param>
public sealed record Finding(string Subject, Standing Standing, string Detail)
{
    /// <summary>What Hale cannot do because of it, in one line; null when nothing.</summary>
    public string? Cost { get; init; }

    /// <summary>A command, or one line of advice, that mends it; null when there is nothing to mend.</summary>
    public string? Fix { get; init; }

    /// <summary>Hale itself, or something that the configuration asks for, does not work without it.</summary>
    public bool IsNeeded { get; init; }

    /// <summary>As it should be.</summary>
    public static Finding Ok(string subject, string detail) => new(subject, Standing.Ok, detail);

    /// <summary>It works, with less than there could be.</summary>
    public static Finding Limited(string subject, string detail, string cost, string? fix) => new(subject, Standing.Limited, detail) { Cost = cost, Fix = fix };

    /// <summary>It is not there or does not work.</summary>
    public static Finding Missing(string subject, string detail, string cost, string? fix, bool isNeeded) =>
        new(subject, Standing.Missing, detail) { Cost = cost, Fix = fix, IsNeeded = isNeeded };

    /// <summary>It could not be told.</summary>
    public static Finding Unknown(string subject, string detail, bool isNeeded = false) => new(subject, Standing.Unknown, detail) { IsNeeded = isNeeded };
}
