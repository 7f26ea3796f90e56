using Hale.Samples.Ocap;

// A recorder of the kind that is slow at its first start: it loads a large runtime environment before it writes a byte. It records nothing of the screen.
const string Usage = """
    usage: ocap-recorder make RUNTIME [MEGABYTES]           write a runtime environment (default 400 MB in 400 files)
           ocap-recorder forget RUNTIME                     take it out of memory, as after a boot (Linux)
           ocap-recorder record RUNTIME INTO PIDFILE        load it, then record into the folder until SIGINT or SIGTERM (Windows: Ctrl+C)
           ocap-recorder verify FILE...                     say of each recording whether it is whole: exit code 1 when one is not
    """;

try
{
    switch (args)
    {
        case ["make", var runtime]:
            RuntimeEnvironment.Make(runtime, 400);
            return 0;
        case ["make", var runtime, var megabytes] when int.TryParse(megabytes, out var size) && size is > 0 and < 10_000:
            RuntimeEnvironment.Make(runtime, size);
            return 0;
        case ["forget", var runtime]:
            return RuntimeEnvironment.Forget(runtime);
        case ["record", var runtime, var into, var pidFile]:
            return Recorder.Run(runtime, into, pidFile);
        case ["verify", .. { Length: > 0 } files]:
            return Array.ConvertAll(files, file => Recordings.Verify(file, Console.Out)).All(isWhole => isWhole) ? 0 : 1;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"ocap-recorder: {trouble.Message}");
    return 1;
}
