namespace Hale.Containers.Groups;

/// <summary>Tells whoever listens what is being done, one step at a time.</summary>
internal sealed class GroupJournal(ContainerGroupOptions options)
{
    private readonly long began = options.Time.GetTimestamp();
    private readonly Lock telling = new();

    /// <summary>Time since the run began.</summary>
    public TimeSpan Elapsed => options.Time.GetElapsedTime(began);

    public void Tell(string subject, ContainerGroupStage stage, string text)
    {
        if (options.Progress is not { } progress)
            return;
        lock (telling)
            progress(new(Elapsed, subject, stage, text));
    }
}
