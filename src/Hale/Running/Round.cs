namespace Hale.Running;

/// <summary>Somebody waits until each of several checks has been tried once more.</summary>
internal sealed class Round(int attempts)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int remaining = attempts;

    /// <summary>Completes with the last attempt.</summary>
    public Task Task => done.Task;

    /// <summary>One attempt has been posted.</summary>
    public void CountDown()
    {
        if (Interlocked.Decrement(ref remaining) == 0)
            done.TrySetResult();
    }

    /// <summary>The attempts will not be made.</summary>
    public void GiveUp() => done.TrySetCanceled();
}
