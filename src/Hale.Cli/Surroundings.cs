using Hale.Cli.Composition;

namespace Hale.Cli;

/// <summary>What a command sees of the world outside, so that a test can be that world.</summary>
internal sealed record Surroundings
{
    /// <summary>Standard output.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard output is a terminal.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Standard error is a terminal.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>What stands behind <c>--</c> in <c>hale wait TARGET -- COMMAND</c> and <c>hale up FILE -- COMMAND</c>: another program's words, which are not read as ours.</summary>
    public string[] BehindDashes { get; init; } = [];

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Where relative paths are taken from.</summary>
    public required string Directory { get; init; }

    /// <summary>The only clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the parts that a command runs itself.</summary>
    public required IEngineRoom EngineRoom { get; init; }

    /// <summary>Ends <c>run</c> and <c>--watch</c>; null where the signals of this process do.</summary>
    public CancellationToken? Stop { get; init; }

    /// <summary>Those of this process.</summary>
    public static Surroundings OfThisProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        IsTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        Environment = System.Environment.GetEnvironmentVariable,
        Directory = System.Environment.CurrentDirectory,
        EngineRoom = new EngineRoom(),
    };
}
