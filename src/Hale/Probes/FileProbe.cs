using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Native;

namespace Hale.Probes;

/// <summary>A file that must (or must not) be there, of a certain age, size, content, owner and mode.</summary>
public sealed class FileProbe : IBlockingProbe
{
    private static readonly string[] Conditions = ["newer_than", "min", "max", "contains", "owner", "mode"];
    private readonly Expectations expected;

    internal FileProbe(Expectations expected) => this.expected = expected;

    /// <summary>What is expected of the file; null: nothing in this respect.</summary>
    internal sealed record Expectations(string Path)
    {
        public bool Absent { get; init; }
        public TimeSpan? NewerThan { get; init; }
        public long? Min { get; init; }
        public long? Max { get; init; }
        public Regex? Contains { get; init; }
        public string? Owner { get; init; }
        public int? Mode { get; init; }
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("file",
        "A file that must be there (or must not), and its age, size, content, owner and mode. With wildcards the file that was modified last is judged. No permission to look is Inconclusive.",
        [
            new("path", KeyType.Path, "The file or folder; `*`, `?` and `**` are wildcards.") { Required = true, Shorthand = true },
            new("absent", KeyType.Flag, "Fail when it is there rather than when it is not.") { Default = "false" },
            new("newer_than", KeyType.Duration, "Fail when it was modified longer ago than this."),
            new("min", KeyType.Bytes, "Fail when it is smaller.") { Min = 0 },
            new("max", KeyType.Bytes, "Fail when it is larger.") { Min = 0 },
            new("contains", KeyType.Pattern, "Fail when its first 1 MiB, read as UTF-8, has no match. No match in a longer file is Inconclusive."),
            new("owner", KeyType.Text, "Fail when it belongs to another user: a name of /etc/passwd or a number."),
            new("mode", KeyType.Text, "Fail when its permissions are others: octal, `0640`."),
        ],
        Create)
    {
        LevelOf = "age", LevelUnit = Unit.Seconds,
        Measures =
        [
            new("age", Unit.Seconds, "How long ago it was modified."),
            new("size", Unit.Bytes, "Its length."),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) =>
        ValueTask.FromResult(Probe(context.Time.GetUtcNow(), cancel));

    private static FileProbe Create(Settings settings)
    {
        int? mode = null;
        if (settings.Text("mode") is { } octal)
            mode = ParseMode(octal) ?? throw new SettingsException("mode", $"\"{octal}\" is not a mode; write it in octal, as in 0640");
        if (settings.Flag("absent") && Conditions.FirstOrDefault(settings.Has) is { } other)
            throw new SettingsException(other, $"asks something of a file that absent says must not be there");
        return new FileProbe(new Expectations(settings.Text("path")!)
        {
            Absent = settings.Flag("absent"),
            NewerThan = settings.Duration("newer_than"),
            Min = settings.Integer("min"),
            Max = settings.Integer("max"),
            Contains = settings.Pattern("contains"),
            Owner = settings.Text("owner"),
            Mode = mode,
        });
    }

    /// <summary>Permissions written in octal; null when it is something else.</summary>
    internal static int? ParseMode(string octal)
    {
        var mode = 0;
        if (octal.Length is < 3 or > 5)
            return null;
        foreach (var digit in octal)
        {
            if (digit is < '0' or > '7')
                return null;
            mode = mode * 8 + (digit - '0');
        }
        return mode <= 0xfff ? mode : null;
    }

    private ProbeResult Probe(DateTimeOffset now, CancellationToken cancel)
    {
        if (!FileNative.IsSupported)
            return ProbeResult.Inconclusive("file needs 64-bit Linux");
        var file = Find(cancel, out var trouble);
        if (trouble is not null)
            return ProbeResult.Inconclusive(trouble);
        if (file is null)
            return expected.Absent ? ProbeResult.Pass($"{expected.Path} is not there") : ProbeResult.Fail($"{expected.Path} does not exist");

        var path = FileName.Printable(file.Path);
        if (expected.Absent)
            return ProbeResult.Fail($"{path} is there");
        // From the future, as far as our clock can tell, is as young as can be.
        var age = now > file.Status.Modified ? now - file.Status.Modified : TimeSpan.Zero;
        Measurement[] measurements = [new("age", age.TotalSeconds, Unit.Seconds), new("size", file.Status.Size, Unit.Bytes)];
        var (outcome, evidence) = Check(file, path, age)
            ?? (Outcome.Pass, $"{path}: {Figures.Bytes(file.Status.Size)}, {Figures.Span(age)} old");
        return new ProbeResult(outcome, evidence) { Measurements = measurements };
    }

    private FoundFile? Find(CancellationToken cancel, out string? trouble)
    {
        trouble = null;
        if (FileSearch.IsGlob(expected.Path))
        {
            var search = FileSearch.Glob(expected.Path, cancel);
            // The newest of some is not the newest of all, and what was not seen may be there.
            trouble = search.Trouble;
            return search.Newest;
        }
        var error = FileNative.Stat(expected.Path, followLink: true, fresh: true, out var status);
        if (error is not (0 or FileNative.ENOENT or FileNative.ENOTDIR))
            trouble = $"{expected.Path}: {FileNative.Describe(error)}";
        return error == 0 ? new FoundFile(Encoding.UTF8.GetBytes(expected.Path), status) : null;
    }

    // The first thing that is not as expected, or cannot be told; null when all is well.
    private (Outcome, string)? Check(FoundFile file, string path, TimeSpan age)
    {
        var status = file.Status;
        if (age > expected.NewerThan)
            return (Outcome.Fail, $"{path} was modified {Figures.Span(age)} ago, longer than {Figures.Span(expected.NewerThan.Value)}");
        if (status.Size < expected.Min)
            return (Outcome.Fail, $"{path} has {status.Size} bytes, fewer than {expected.Min}");
        if (status.Size > expected.Max)
            return (Outcome.Fail, $"{path} has {status.Size} bytes, more than {expected.Max}");
        if (expected.Mode is { } mode && (status.Mode & 0xfff) != mode)
            return (Outcome.Fail, $"{path} has mode {Octal(status.Mode & 0xfff)}, not {Octal(mode)}");
        if (expected.Owner is { } owner)
        {
            if (UserNumber(owner) is not { } user)
                return (Outcome.Inconclusive, $"there is no user '{owner}' in /etc/passwd");
            if (status.User != user)
                return (Outcome.Fail, $"{path} belongs to user {status.User}, not to {owner}");
        }
        return expected.Contains is { } pattern ? CheckContent(file, path, pattern) : null;
    }

    private static (Outcome, string)? CheckContent(FoundFile file, string path, Regex pattern)
    {
        if (FileText.Read(file.Path, fromEnd: false, out var trouble) is not { } text)
            return (Outcome.Inconclusive, $"{path}: {trouble}");
        if (pattern.IsMatch(text))
            return null;
        return file.Status.Size > FileText.Limit
            ? (Outcome.Inconclusive, $"the first {Figures.Bytes(FileText.Limit)} of {path} do not match '{pattern}'; the rest was not read")
            : (Outcome.Fail, $"{path} does not match '{pattern}'");
    }

    // Not getpwnam: with a directory service behind it that call can hang, and it cannot be cancelled.
    private static uint? UserNumber(string owner)
    {
        if (uint.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        foreach (var line in (FileText.Read("/etc/passwd"u8.ToArray(), fromEnd: false, out _) ?? "").Split('\n'))
            if (line.Split(':') is [var name, _, var user, ..] && name == owner && uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out number))
                return number;
        return null;
    }

    private static string Octal(int mode) => "0" + Convert.ToString(mode, 8);
}
