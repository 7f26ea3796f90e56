namespace Hale.Doctoring;

/// <summary>Everything that <c>hale doctor</c> looks at on the machine: one line each.</summary>
public static class Examinations
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly (string Subject, Func<Patient, CancellationToken, Task<IReadOnlyList<Finding>>> Examine)[] All =
    [
        ("user", AtOnce(UserExam.Examine)),
        ("kernel", AtOnce(KernelExam.Examine)),
        ("open files", AtOnce(OpenFilesExam.Examine)),
        ("inotify", AtOnce(InotifyExam.Examine)),
        ("icmp", AtOnce(IcmpExam.Examine)),
        ("control groups", AtOnce(ControlGroupExam.Examine)),
        ("core dumps", AtOnce(CoreDumpExam.Examine)),
        ("clock", AtOnce(ClockExam.Examine)),
        ("names", NamesExam.ExamineAsync),
        ("systemd", SystemdExam.ExamineAsync),
        ("containers", ContainersExam.ExamineAsync),
        ("sqlite", AtOnce(SqliteExam.Examine)),
        ("state folder", AtOnce(StateFolderExam.Examine)),
        ("processes", AtOnce(ProcessesExam.Examine)),
    ];

    /// <summary>
    /// Examines everything. One that fails or takes longer than ten seconds (a dead network file system) is a finding of its own
    /// and holds up no other.
    /// </summary>
    /// <param name="patient">What to examine.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(Patient patient, CancellationToken cancel)
    {
        var findings = await Task.WhenAll(All.Select(each => OneAsync(each.Subject, each.Examine, patient, cancel)));
        return [.. findings.SelectMany(each => each)];
    }

    private static async Task<IReadOnlyList<Finding>> OneAsync(
        string subject, Func<Patient, CancellationToken, Task<IReadOnlyList<Finding>>> examine, Patient patient, CancellationToken cancel)
    {
        try
        {
            return await Task.Run(() => examine(patient, cancel), cancel).WaitAsync(Limit, patient.Time, cancel);
        }
        catch (TimeoutException)
        {
            return [Finding.Unknown(subject, $"no answer within {Limit.TotalSeconds:0} s")];
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return [Finding.Unknown(subject, $"could not be examined: {trouble.Message}")];
        }
    }

    private static Func<Patient, CancellationToken, Task<IReadOnlyList<Finding>>> AtOnce(Func<Patient, IEnumerable<Finding>> examine) =>
        (patient, _) => Task.FromResult<IReadOnlyList<Finding>>([.. examine(patient)]);
}
