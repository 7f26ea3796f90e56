using Hale.Core.Sessions;
using Hale.Sessions;

namespace Hale.Aws.Sessions;

/// <summary>
/// How the attributes of a table are called. A name with <c>{role}</c> in it stands for one attribute for each participant. All of them can be chosen in the address:
/// <c>dynamodb:meetings?attribute.link={role}_url</c>.
/// </summary>
internal sealed class TableLayout
{
    /// <summary>Options of the address that name an attribute begin so.</summary>
    public const string Option = "attribute.";

    private const string Role = "{role}";

    private static readonly Dictionary<string, string> Usual = new(StringComparer.Ordinal)
    {
        ["key"] = "id",
        ["status"] = "status",
        ["version"] = "version",
        ["roles"] = "roles",
        ["created"] = "created_at",
        ["updated"] = "updated_at",
        ["admitted"] = "admitted_at",
        ["reason"] = "termination_reason",
        ["instance"] = $"{Role}_ec2_id",
        ["link"] = $"{Role}_ec2_link",
        ["state"] = $"{Role}_state",
        ["report"] = $"{Role}_report",
    };

    private readonly Dictionary<string, string> names;

    private TableLayout(Dictionary<string, string> names, IReadOnlyList<string> roles)
    {
        this.names = names;
        Roles = roles;
    }

    /// <summary>Who takes part in a session whose row does not say so; empty when the address does not either.</summary>
    public IReadOnlyList<string> Roles { get; }

    public string Key => names["key"];

    public string Status => names["status"];

    public string Version => names["version"];

    public string RolesOfRow => names["roles"];

    public string Created => names["created"];

    public string Updated => names["updated"];

    public string Admitted => names["admitted"];

    public string Reason => names["reason"];

    /// <summary>Reads the options of an address.</summary>
    /// <exception cref="SessionStoreException">One of them means nothing here.</exception>
    public static TableLayout Of(SessionAddress address)
    {
        var names = new Dictionary<string, string>(Usual, StringComparer.Ordinal);
        foreach (var (option, value) in address.Options.Where(each => each.Key.StartsWith(Option, StringComparison.Ordinal)))
        {
            var which = option[Option.Length..];
            if (!Usual.TryGetValue(which, out var usual))
                throw new SessionStoreException($"There is no option '{option}'. Attributes that can be named: {string.Join(", ", Usual.Keys)}.");
            if (value.Length is 0 or > 200 || value.Contains(Role, StringComparison.Ordinal) != usual.Contains(Role, StringComparison.Ordinal))
                throw new SessionStoreException($"{option}={value} cannot be: the usual name is {usual}, and {Role} stands in both or in neither.");
            names[which] = value;
        }
        string[] roles = address.Options.TryGetValue("roles", out var list) ? list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
        if (roles.Select(SessionText.WhyNoRole).FirstOrDefault(wrong => wrong is not null) is { } why)
            throw new SessionStoreException($"roles={list}: {why}");
        return new TableLayout(names, roles);
    }

    public string Instance(string role) => Named("instance", role);

    public string Link(string role) => Named("link", role);

    public string State(string role) => Named("state", role);

    public string Report(string role) => Named("report", role);

    private string Named(string which, string role) => names[which].Replace(Role, role, StringComparison.Ordinal);
}
