using System.Diagnostics;
using Hale.SystemTests.Fixture;
using Hale.Testing;
using Hale.Testing.Servers;

namespace Hale.SystemTests.Probes;

internal static partial class Stages
{
    private static readonly Dictionary<string, string> Nowhere = [];

    /// <summary>A log with one error and without a panic: <c>app.log</c>.</summary>
    private static Task<Stage> Log(HaleRun run)
    {
        run.Write("app.log", "INFO ready\nERROR the queue is full\nINFO done\n");
        return Task.FromResult(new Stage(Nowhere));
    }

    /// <summary>A backup of today, settings that others may not read, a database with work of this minute, and a number that grows.</summary>
    private static async Task<Stage> Files(HaleRun run)
    {
        Directory.CreateDirectory(run.At("backups"));
        run.Write("backups/today.tar", new string('x', 2000));
        run.Write("app.conf", "listen = 80\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(run.At("app.conf"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        run.Write("progress.txt", "frame=17\nframe=18\n");
        using var sqlite = Process.Start("sqlite3", [run.At("experiments.db"), "create table experiments (progress_at); insert into experiments values (strftime('%s', 'now'));"]);
        await sqlite.WaitForExitAsync();
        return new Stage(Nowhere);
    }

    /// <summary>A process that Hale does not own, <c>sleep 7411</c>, with its number in <c>worker.pid</c>.</summary>
    private static async Task<Stage> Worker(HaleRun run)
    {
        var worker = ServerProcess.Start(run.Folder, "sleep", "7411");
        // The shell that starts it becomes it, and before that has other arguments.
        await Eventually.HoldsAsync(() => File.ReadAllText($"/proc/{worker.Pid}/cmdline").StartsWith("sleep\0", StringComparison.Ordinal), "sleep runs");
        run.Write("worker.pid", $"{worker.Pid}\n");
        return new Stage(Nowhere, worker);
    }

    /// <summary>A machine that lets Hale send echo requests.</summary>
    private static Task<Stage> Icmp(HaleRun run)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, or net.ipv4.ping_group_range, to send echo requests");
        return Task.FromResult(new Stage(Nowhere));
    }

    /// <summary>A machine where systemd does not run.</summary>
    private static Task<Stage> NoSystemd(HaleRun run)
    {
        Assert.SkipWhen(Directory.Exists("/run/systemd/system"), "systemd runs here, and the sample shows what comes of it where it does not");
        return Task.FromResult(new Stage(Nowhere));
    }
}
