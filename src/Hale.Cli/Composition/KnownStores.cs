using System.Runtime.CompilerServices;
using Hale.Aws.Sessions;
using Hale.Sessions;

namespace Hale.Cli.Composition;

/// <summary>The kinds of stores of sessions that the command knows.</summary>
internal static class KnownStores
{
    /// <summary>All of them. What a kind needs is loaded when a store of it is opened.</summary>
    public static SessionStores All { get; } = new(new Dictionary<string, Func<SessionAddress, ISessionStore>>(StringComparer.Ordinal) { ["dynamodb"] = OpenDynamo });

    // A method of its own, since whoever compiles it loads the libraries that it names: a good part of the start of a command.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static DynamoSessionStore OpenDynamo(SessionAddress address) => new(address);
}
