using Hale.Config;
using Hale.Web.Hosting;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hale.Cli.Client;

/// <summary>
/// Finds the socket of a daemon by its configuration without loading it: a verb that only asks should not have to read
/// five thousand checks, nor fail because one of them is wrong.
/// </summary>
internal static class StateFolder
{
    private const string Default = ".hale";

    /// <summary>The socket of the daemon that runs on a file.</summary>
    /// <param name="config">The configuration file, absolute; it need not exist.</param>
    /// <param name="environment">Where <c>${NAME}</c> in the path is looked up.</param>
    public static string SocketOf(string config, Func<string, string?> environment)
    {
        var folder = Path.GetDirectoryName(config) ?? "/";
        // What the file of the environment says stands over what the file itself says.
        string[] files = environment(SpecLoader.EnvironmentVariable) is { Length: > 0 } name ? [SpecLoader.OverlayOf(config, name), config] : [config];
        foreach (var file in files)
        {
            try
            {
                using var reader = new StreamReader(file);
                if (StateIn(reader) is { } state)
                    return SocketIn(state, folder, environment);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another file may say it, or it is where it is by default.
            }
        }
        return SocketIn(Default, folder, environment);
    }

    /// <summary>The socket in <c>hale.state</c>, or in <c>.hale</c> beside the file where none is written or the text cannot be read.</summary>
    public static string SocketOf(TextReader config, string folder, Func<string, string?> environment) => SocketIn(StateIn(config) ?? Default, folder, environment);

    private static string SocketIn(string state, string folder, Func<string, string?> environment) =>
        Path.Combine(Path.GetFullPath(Expand(state, environment), folder), WebHost.SocketName);

    private static string? StateIn(TextReader config)
    {
        try
        {
            return Written(new Parser(config)) is { Length: > 0 } written ? written : null;
        }
        catch (YamlException)
        {
            // The socket may still be where it is by default; if it is not, that is what the user is told.
            return null;
        }
    }

    private static string? Written(Parser parser)
    {
        parser.Consume<StreamStart>();
        return parser.TryConsume<DocumentStart>(out _) && Enter(parser, "hale") && Enter(parser, "state") && parser.TryConsume<Scalar>(out var state) ? state.Value : null;
    }

    // Moves to the value of a key of the mapping that comes next; false when it is not a mapping or has no such key.
    private static bool Enter(Parser parser, string key)
    {
        if (!parser.TryConsume<MappingStart>(out _))
            return false;
        while (parser.TryConsume<Scalar>(out var name))
        {
            if (name.Value == key)
                return true;
            parser.SkipThisAndNestedEvents();
        }
        return false;
    }

    private static string Expand(string path, Func<string, string?> environment)
    {
        while (path.IndexOf("${", StringComparison.Ordinal) is >= 0 and var start && path.IndexOf('}', start) is > 0 and var end)
            path = path[..start] + environment(path[(start + 2)..end]) + path[(end + 1)..];
        return path;
    }
}
