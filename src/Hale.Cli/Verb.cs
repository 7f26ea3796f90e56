using System.CommandLine;

namespace Hale.Cli;

/// <summary>A verb of the command line: what it is for, how it is used, and what it does.</summary>
internal sealed class Verb : Command
{
    /// <param name="name">The word.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="examples">Command lines that work as they stand, each with what it is good for.</param>
    public Verb(string name, string description, params (string Line, string Meaning)[] examples) : base(name, description) =>
        Examples = examples;

    /// <summary>Shown at the end of the verb's help.</summary>
    public IReadOnlyList<(string Line, string Meaning)> Examples { get; }

    /// <summary>Longer help, shown before the examples; null for none.</summary>
    public string? Notes { get; private set; }

    /// <summary>Adds longer help.</summary>
    public Verb With(string notes)
    {
        Notes = notes;
        return this;
    }

    /// <summary>Says what the verb does.</summary>
    public Verb Does(Surroundings surroundings, Func<Call, Task<int>> body)
    {
        SetAction((parsed, cancel) => body(new Call(parsed, surroundings, cancel)));
        return this;
    }
}
