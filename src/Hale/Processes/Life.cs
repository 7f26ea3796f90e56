using System.Globalization;
using Hale.Core.Model;

namespace Hale.Processes;

/// <summary>What the supervisor knows about the process that it owns at present.</summary>
internal sealed class Life
{
    /// <summary>What others see of it.</summary>
    public required SupervisedProcess Process { get; init; }

    /// <summary>The hold on its leader.</summary>
    public required ProcessHandle Handle { get; init; }

    /// <summary>The section that it was begun by; null for one that an earlier Hale began.</summary>
    public Hale.Config.ProcessSpec? BegunBy { get; init; }

    /// <summary>Where its output begins.</summary>
    public required long OutputFrom { get; init; }

    /// <summary>The out-of-memory killer's count when it began.</summary>
    public OutOfMemoryKills? MemoryKills { get; } = OutOfMemoryKills.Now();

    /// <summary>When it was asked to stop; <see cref="Instant.Never"/> if it was not.</summary>
    public Instant AskedToStopAt { get; set; } = Instant.Never;

    /// <summary>Completes when its end has been posted; the result completes when nothing of its group is left, and lists what did not die.</summary>
    public TaskCompletionSource<Task<IReadOnlyList<ProcessIdentity>>> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One line on its end: how, after what time, whether memory is the likely cause, its last words.</summary>
    public string Describe(ProcessExit exit, Instant now, OutputFile output)
    {
        var how = $"{exit} after {Spoken(now - Process.BeganAt)}";
        if (!AskedToStopAt.IsNever)
            how += ", asked to stop";
        // A shell reports the SIGKILL of its child as exit code 128 + 9.
        if ((exit.Signal == 9 || exit.Code == 137) && MemoryKills?.Since() is { } evidence)
            how += $"; likely out of memory: {evidence}";
        return output.LastLineSince(OutputFrom) is { } lastWords ? $"{how}; last output: {lastWords}" : how;
    }

    private static string Spoken(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###} s"),
        { TotalHours: < 1 } => $"{span.Minutes} min {span.Seconds} s",
        { TotalDays: < 1 } => $"{span.Hours} h {span.Minutes} min",
        _ => $"{span.Days} d {span.Hours} h",
    };
}
