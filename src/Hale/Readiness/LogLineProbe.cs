using System.Text;
using System.Text.RegularExpressions;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Http;
using Hale.Probes.Log;

namespace Hale.Readiness;

/// <summary>
/// <c>log:PATH:/PATTERN/</c>: passes once a line that matches has been written since the wait began. What stood there before is of an earlier run,
/// for all that is known, and counts only when that is asked for.
/// </summary>
internal sealed class LogLineProbe : IBlockingProbe, IDisposable
{
    // How much of what was written before is searched to explain why nothing has come.
    private const int Searched = 1 << 20;

    private readonly string path;
    private readonly Regex pattern;
    private readonly LogFollower follower;
    private readonly Lock looking = new();
    private bool hasLooked;
    private bool stoodBefore;
    private string? match;

    public LogLineProbe(string path, Regex pattern, bool fromStart)
    {
        (this.path, this.pattern) = (path, pattern);
        follower = new LogFollower(path, fromStart);
        stoodBefore = !fromStart;
    }

    /// <summary>Takes what stands in the log now for old. Done by the first attempt, unless the writer is started before that.</summary>
    public void Mark() => Look(CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Look(cancel));

    /// <summary>Lets go of the files.</summary>
    public void Dispose() => follower.Dispose();

    private ProbeResult Look(CancellationToken cancel)
    {
        lock (looking)
        {
            if (!hasLooked)
            {
                stoodBefore = stoodBefore && StandsThere();
                hasLooked = true;
            }
            if (match is not null)
                return ProbeResult.Pass(match);
            try
            {
                var look = follower.Look(Sees, cancel);
                if (match is not null)
                    return ProbeResult.Pass(match);
                if (look.Trouble is { } trouble)
                    return ProbeResult.Inconclusive(trouble);
                return ProbeResult.Fail(
                    look.Files == 0 ? $"{path} does not exist"
                    : stoodBefore ? $"no line that matches has been written to {path} since the wait began; one stood there before, which --from-start would count"
                    : $"no line that matches has been written to {path}");
            }
            catch (IOException trouble)
            {
                return ProbeResult.Inconclusive($"{path}: {trouble.Message}");
            }
        }
    }

    private bool Sees(ReadOnlySpan<char> line)
    {
        if (match is not null || !pattern.IsMatch(line))
            return false;
        match = Excerpt.Of(Encoding.UTF8.GetBytes(line[..Math.Min(line.Length, 500)].ToString()));
        return true;
    }

    private bool StandsThere()
    {
        var text = FileText.Read(Encoding.UTF8.GetBytes(path), fromEnd: true, out _);
        if (text is null)
            return false;
        foreach (var line in text.AsSpan(Math.Max(0, text.Length - Searched)).EnumerateLines())
        {
            if (pattern.IsMatch(line))
                return true;
        }
        return false;
    }
}
