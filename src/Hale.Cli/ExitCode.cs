using Hale.Core.Model;

namespace Hale.Cli;

/// <summary>The exit codes of every verb. Documented and stable.</summary>
internal static class ExitCode
{
    /// <summary>What was asked for is so, or was done.</summary>
    public const int Good = 0;

    /// <summary>What was looked at is bad, or what was asked for was refused.</summary>
    public const int Bad = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Could not tell: no daemon, no answer, no evidence.</summary>
    public const int Unknown = 3;

    /// <summary>
    /// By the worst health: impaired is bad, missing evidence is unknown, and degraded is good, because it works.
    /// While Hale doubts itself its verdicts are frozen: what looks good is then unknown.
    /// </summary>
    public static int Of(Health worst, bool doubt) => worst switch
    {
        Health.Impaired => Bad,
        Health.InsufficientData or Health.Initializing => Unknown,
        _ => doubt ? Unknown : Good,
    };
}
