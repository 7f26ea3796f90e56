namespace Hale.SystemTests.Fixture;

/// <summary>What a run of a command came to.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Everything that it said, for messages.</summary>
    public override string ToString() => $"exit code {ExitCode}\n{Output}{Error}";
}
