using System.Globalization;
using System.Runtime.InteropServices;

namespace Hale.Samples.Ocap;

/// <summary>Records until it is asked to stop; then, and only then, are the files whole.</summary>
internal static class Recorder
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(50);

    public static int Run(string runtime, string into, string pidFile)
    {
        using var stop = new ManualResetEventSlim();
        // Ctrl+C in a Windows console arrives as SIGINT as well.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(pidFile))!);
        File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        try
        {
            Console.WriteLine("loading the runtime environment");
            RuntimeEnvironment.Load(runtime);
            Directory.CreateDirectory(into);
            var name = Path.Combine(into, DateTime.UtcNow.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture));
            using var events = new McapFile(name + ".mcap");
            using var video = new MkvFile(name + ".mkv");
            Console.WriteLine($"recording into {name}.mcap and .mkv");
            var random = new Random();
            var frame = new byte[8 << 10];
            for (uint number = 0; !stop.Wait(Frame); number++)
            {
                random.NextBytes(frame);
                events.Add(number, frame.AsSpan(0, 64));
                video.Add(number, frame);
            }
            events.Finish();
            video.Finish();
            Console.WriteLine("stopped, both files are whole");
            return 0;
        }
        finally
        {
            File.Delete(pidFile);
        }

        void Ask(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Set();
        }
    }
}
