namespace Hale.Running;

/// <summary>
/// Threads for probes that may block. Up to <c>width</c> of them work; one that hangs in an attempt which was left behind no
/// longer counts, so that another can take its place, but only up to <c>hanging</c> such threads are borne. When all
/// are stuck, attempts wait, and the scheduler reports that they could not begin.
/// </summary>
internal sealed class BlockingLane(int width = 32, int hanging = 128)
{
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(30);

    private readonly object gate = new();
    private readonly Queue<Attempt> waiting = new();
    private readonly List<Worker> workers = [];
    private int idle;
    private int stuck;

    /// <summary>Runs the attempt as soon as a thread is free, in the order of calls.</summary>
    public void Enqueue(Attempt attempt)
    {
        lock (gate)
        {
            waiting.Enqueue(attempt);
            if (waiting.Count <= idle)
                Monitor.Pulse(gate);
            else
                TryAddThread();
        }
    }

    /// <summary>Says that the attempt was left behind: if a thread hangs in it, that is to be replaced.</summary>
    public void LeftBehind(Attempt attempt)
    {
        lock (gate)
        {
            if (workers.Find(w => w.Attempt == attempt && !w.IsStuck) is not { } worker)
                return;
            worker.IsStuck = true;
            stuck++;
            if (waiting.Count > 0)
                TryAddThread();
        }
    }

    private void TryAddThread()
    {
        if (workers.Count - stuck >= width || workers.Count >= width + hanging)
            return;
        var worker = new Worker();
        workers.Add(worker);
        new Thread(() => Work(worker)) { IsBackground = true, Name = "hale probe" }.Start();
    }

    private void Work(Worker worker)
    {
        while (Next(worker))
        {
            worker.Attempt!.Execute();
            lock (gate)
            {
                // The attempt itself may be in use again by now.
                worker.Attempt = null;
                if (worker.IsStuck)
                    stuck--;
                worker.IsStuck = false;
            }
        }
    }

    // False: this thread is not needed any more.
    private bool Next(Worker worker)
    {
        lock (gate)
        {
            while (workers.Count - stuck <= width)
            {
                if (waiting.TryDequeue(out worker.Attempt))
                    return true;
                idle++;
                var pulsed = Monitor.Wait(gate, IdleFor);
                idle--;
                if (!pulsed && waiting.Count == 0)
                    break;
            }
            workers.Remove(worker);
            return false;
        }
    }

    private sealed class Worker
    {
        public Attempt? Attempt;
        public bool IsStuck;
    }
}
