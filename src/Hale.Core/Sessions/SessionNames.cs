namespace Hale.Core.Sessions;

/// <summary>
/// How the statuses are written in a store that other programs read. Whatever is written, any known spelling is read: upper or lower case, with or
/// without underscores.
/// </summary>
public sealed class SessionNames
{
    private static readonly string[] Usual = ["SCHEDULED", "LAUNCHED", "DNS_WRITTEN", "WARMING", "HEALTHY", "UNHEALTHY", "IN_PROGRESS", "TERMINATED"];

    private readonly string[] names;

    private SessionNames(string[] names) => this.names = names;

    /// <summary><c>SCHEDULED</c>, <c>HEALTHY</c>, <c>IN_PROGRESS</c> …: what gates compare with. The default.</summary>
    public static SessionNames Upper { get; } = new(Usual);

    /// <summary>The same, but <c>Healthy</c> and <c>Unhealthy</c>: for programs that look for that word.</summary>
    public static SessionNames Capital { get; } = Upper.With(SessionStatus.Healthy, "Healthy").With(SessionStatus.Unhealthy, "Unhealthy");

    /// <summary>What is written for a status.</summary>
    public string Of(SessionStatus status) => names[(int)status];

    /// <summary>The same names with another one for a status.</summary>
    /// <exception cref="ArgumentException">The name is empty, too long, or stands for another status already.</exception>
    public SessionNames With(SessionStatus status, string name)
    {
        if (name.Length is 0 or > 40)
            throw new ArgumentException($"The name of a status has 1 to 40 characters, not {name.Length}.");
        if (Read(name) is { } other && other != status)
            throw new ArgumentException($"'{name}' stands for {Usual[(int)other]} and cannot stand for {Usual[(int)status]}, too.");
        var next = (string[])names.Clone();
        next[(int)status] = name;
        return new(next);
    }

    /// <summary>The status that a text stands for; null when it stands for none.</summary>
    public SessionStatus? Read(string text)
    {
        var plain = Plain(text);
        for (var i = 0; i < names.Length; i++)
        {
            if (plain == Plain(names[i]) || plain == Plain(Usual[i]))
                return (SessionStatus)i;
        }
        return null;
    }

    private static string Plain(string text) => text.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
}
