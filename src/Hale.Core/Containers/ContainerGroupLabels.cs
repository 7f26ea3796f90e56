using System.Globalization;

namespace Hale.Core.Containers;

/// <summary>The labels by which a thing of the engine belongs to a group: the only place where ownership stands.</summary>
public static class ContainerGroupLabels
{
    /// <summary>The session, as it was written.</summary>
    public const string Session = "hale.session";

    /// <summary>The key of the session: what listings are narrowed by, since engines take labels apart at signs that a session may have.</summary>
    public const string Key = "hale.key";

    /// <summary>What the thing is to the group.</summary>
    public const string Role = "hale.role";

    /// <summary>The run that made it.</summary>
    public const string Run = "hale.run";

    /// <summary>Name of the member, network or volume in the group.</summary>
    public const string Name = "hale.name";

    /// <summary>Which of a member's containers, from 1; which renewal of a hold.</summary>
    public const string Number = "hale.number";

    /// <summary>A hash of everything that it was made of.</summary>
    public const string Recipe = "hale.recipe";

    /// <summary>The kind of a member.</summary>
    public const string Kind = "hale.kind";

    /// <summary>The port of a member.</summary>
    public const string Port = "hale.port";

    /// <summary>The members that a member depends on.</summary>
    public const string DependsOn = "hale.depends_on";

    /// <summary>The volumes of a member that were filled when it was made, each with the run that filled it: <c>data=1a2b</c>.</summary>
    public const string Uses = "hale.uses";

    /// <summary>A volume that outlives its group.</summary>
    public const string Kept = "hale.kept";

    /// <summary>The process that holds.</summary>
    public const string Owner = "hale.owner";

    /// <summary>When a hold was taken.</summary>
    public const string Since = "hale.since";

    /// <summary>When a hold is over unless it is renewed; without it, never.</summary>
    public const string Until = "hale.until";

    private static readonly Dictionary<string, ContainerGroupRole> Roles = Enum.GetValues<ContainerGroupRole>().ToDictionary(Word);

    /// <summary>How a role is written.</summary>
    public static string Word(ContainerGroupRole role) => role.ToString().ToLowerInvariant();

    /// <summary>The labels that everything of a group carries.</summary>
    public static Dictionary<string, string> Of(string session, ContainerGroupRole role, string run, string name) => new()
    {
        [Session] = session,
        [Key] = ContainerGroupNames.KeyOf(session),
        [Role] = Word(role),
        [Run] = run,
        [Name] = name,
    };

    /// <summary>How a moment is written: to the millisecond, in UTC.</summary>
    public static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal static DateTimeOffset? ReadMoment(string? text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    internal static ContainerGroupRole? ReadRole(string? text) => text is not null && Roles.TryGetValue(text, out var role) ? role : null;

    internal static int ReadNumber(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
