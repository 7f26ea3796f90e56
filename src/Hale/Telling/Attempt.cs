namespace Hale.Telling;

/// <summary>One attempt at a delivery, with a limit that holds whatever the channel does.</summary>
internal static class Attempt
{
    /// <summary>Sends a letter; whatever happens becomes a <see cref="Delivery"/>.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled by <paramref name="cancel"/>.</exception>
    public static async Task<Delivery> SendAsync(ChannelPlan plan, Letter letter, TimeProvider time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(plan.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            // From outside as well: a channel may ignore its token.
            return await Task.Run(() => plan.Channel.SendAsync(letter, time, either.Token), CancellationToken.None).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Delivery.Failed($"no answer within {plan.Timeout.TotalSeconds:0.###} s; it may have arrived all the same");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return Delivery.Failed($"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}");
        }
    }
}
