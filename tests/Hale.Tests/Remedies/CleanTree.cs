using System.Globalization;
using Hale.Core.Model;
using Hale.Remedies;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Remedies;

/// <summary>A folder to clean, one beside it that must never be touched, and what it takes to let the remedy loose.</summary>
internal sealed class CleanTree : IDisposable
{
    private readonly string top = Directory.CreateTempSubdirectory("hale-clean-").FullName;

    public CleanTree()
    {
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(Outside);
    }

    public string Root => top + "/root";

    public string Outside => top + "/outside";

    /// <summary>Ten days from now: what was made just now is old enough for a week.</summary>
    public TimeProvider Time { get; } = new Later(TimeSpan.FromDays(10));

    public CleanRules Rules => new() { Roots = [Root], Older = TimeSpan.FromDays(7) };

    public string Old(string path, int size = 5000) => Make(path, size);

    /// <summary>A file that is not old, even in ten days.</summary>
    public string Young(string path)
    {
        var full = Make(path, 10);
        File.SetLastWriteTimeUtc(full, DateTime.UtcNow.AddDays(9));
        return full;
    }

    public RemedyContext Context(string? state = null) =>
        new(new Intent(1, 0, 0, Cause.Heal, Incarnation.None, 1, "disk is full", Instant.From(Time.GetUtcNow())), "host", null, Time) { StateDirectory = state };

    public async Task<RemedyResult> Clean(CleanRules? rules = null, string? state = null) =>
        await new CleanRemedy(rules ?? Rules).ActAsync(Context(state), TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<string>> Rehearse(CleanRules? rules = null) =>
        await new CleanRemedy(rules ?? Rules).RehearseAsync(Context(), TestContext.Current.CancellationToken);

    public void Dispose() => Names.Remove(top);

    private string Make(string path, int size)
    {
        var full = Path.IsPathRooted(path) ? path : $"{Root}/{path}";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, new string('x', size));
        return full;
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}

internal static class CleanResults
{
    public static double Value(this RemedyResult result, string measurement) =>
        result.Measurements.First(each => each.Name == measurement).Value;

    public static void AssertDone(this RemedyResult result, int files)
    {
        Assert.True(result.Outcome == RemedyOutcome.Done, result.Detail);
        Assert.True(result.Value("files") == files, string.Create(CultureInfo.InvariantCulture, $"expected {files} files: {result.Detail}"));
    }
}
