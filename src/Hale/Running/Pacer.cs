using Hale.Core.Model;

namespace Hale.Running;

/// <summary>Runs one action again and again, each time at the moment that the last run asked for, or at once when woken.</summary>
internal abstract class Pacer(SteadyClock clock, Func<Instant> action)
{
    /// <summary>The longest wait that every timer takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>A pacer for the clock's time provider.</summary>
    /// <param name="clock">The steady line.</param>
    /// <param name="action">What to run; returns when to run it next. It must not throw.</param>
    public static Pacer For(SteadyClock clock, Func<Instant> action) =>
        clock.Time == TimeProvider.System ? new ThreadPacer(clock, action) : new TimerPacer(clock, action);

    /// <summary>Runs the action for the first time.</summary>
    public abstract void Start();

    /// <summary>Runs the action as soon as possible; before <see cref="Start"/>, does nothing.</summary>
    public abstract void Wake();

    /// <summary>Ends. After this call returns, the action does not run any more.</summary>
    public abstract void Stop();

    /// <summary>Runs the action; returns how long to wait, in whole milliseconds, rounded up.</summary>
    protected TimeSpan RunOnce()
    {
        var wait = action() - clock.Now;
        return wait >= Longest ? Longest : TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)));
    }

    /// <summary>
    /// On a thread of its own: callbacks of the system's timers run on the thread pool, and the schedule must not be late
    /// because probes keep that busy.
    /// </summary>
    private sealed class ThreadPacer(SteadyClock clock, Func<Instant> action) : Pacer(clock, action)
    {
        private readonly object signal = new();
        private Thread? thread;
        private bool woken;
        private bool stopped;

        public override void Start()
        {
            thread = new Thread(Loop) { IsBackground = true, Name = "hale schedule" };
            thread.Start();
        }

        public override void Wake()
        {
            lock (signal)
            {
                woken = true;
                Monitor.Pulse(signal);
            }
        }

        public override void Stop()
        {
            lock (signal)
            {
                stopped = true;
                Monitor.Pulse(signal);
            }
            thread?.Join();
        }

        private void Loop()
        {
            while (true)
            {
                var wait = RunOnce();
                lock (signal)
                {
                    if (!woken && !stopped && wait > TimeSpan.Zero)
                        Monitor.Wait(signal, wait);
                    woken = false;
                    if (stopped)
                        return;
                }
            }
        }
    }

    /// <summary>On the provider's timer: with manual time the action has run when the timer's callback returns.</summary>
    private sealed class TimerPacer(SteadyClock clock, Func<Instant> action) : Pacer(clock, action)
    {
        private readonly Lock gate = new();
        private readonly SteadyClock clock = clock;
        private ITimer? timer;
        private bool stopped;

        public override void Start()
        {
            lock (gate)
                timer = clock.Time.CreateTimer(static pacer => ((TimerPacer)pacer!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Wake();
        }

        public override void Wake()
        {
            lock (gate)
            {
                if (!stopped && timer is not null)
                    timer.Change(RunOnce(), Timeout.InfiniteTimeSpan);
            }
        }

        public override void Stop()
        {
            lock (gate)
                stopped = true;
            timer?.Dispose();
        }
    }
}
