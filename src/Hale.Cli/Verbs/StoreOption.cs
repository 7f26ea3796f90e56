using System.CommandLine;
using Hale.Cli.Composition;
using Hale.Sessions;

namespace Hale.Cli.Verbs;

/// <summary>Where the sessions are, for the verbs that ask there.</summary>
internal static class StoreOption
{
    private const string Variable = "HALE_STORE";

    public static Option<string?> Create() => new("--store", "-s")
    {
        Description = $"Where the sessions are: sqlite:PATH or dynamodb:TABLE?region=REGION. Default: ${Variable}",
        HelpName = "STORE",
    };

    /// <summary>Opens the store that was named.</summary>
    public static ISessionStore Open(Call call, Option<string?> option)
    {
        var text = call.Get(option) ?? call.Surroundings.Environment(Variable);
        if (string.IsNullOrEmpty(text))
            throw new CommandException(ExitCode.Usage, $"Nothing says where the sessions are. Write --store sqlite:sessions.db, or set {Variable}.");
        if (!SessionAddress.TryParse(text, out var address, out var error))
            throw new CommandException(ExitCode.Usage, error);
        // A path is taken from where the command runs, as every other is.
        if (address.Scheme == SqliteSessionStore.Scheme && !Path.IsPathRooted(address.Name))
            _ = SessionAddress.TryParse(text.Replace(address.Name, Path.GetFullPath(address.Name, call.Surroundings.Directory), StringComparison.Ordinal), out address, out _);
        try
        {
            return KnownStores.All.Open(address!);
        }
        catch (SessionStoreException exception)
        {
            throw new CommandException(ExitCode.Usage, exception.Message);
        }
    }
}
