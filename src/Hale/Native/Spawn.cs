using System.Runtime.InteropServices;
using System.Text;

namespace Hale.Native;

/// <summary>
/// posix_spawn(3). It was chosen over fork and exec because no managed code may run between the two, and because glibc and
/// musl do it with CLONE_VM | CLONE_VFORK: nothing of Hale's memory is copied, and a failure of exec comes back as a result.
/// </summary>
internal static unsafe partial class Spawn
{
    private const int CloseRangeCall = 436;
    private const int CloseRangeOnExec = 4;

    private const short ResetSignals = 0x04;
    private const short SetSignalMask = 0x08;
    private const short NewSession = 0x80;

    // The real sizes are 336, 80, 128 and 152 bytes (glibc, x86-64 and arm64); musl's are no larger.
    private const int AttributesSize = 512;
    private const int ActionsSize = 256;
    private const int SignalSetSize = 128;
    private const int SignalActionSize = 256;

    private const int ChildSignal = 17;
    private const nint DefaultAction = 0;
    private const nint IgnoreSignal = 1;

    private static readonly byte* Attributes = Prepare();

    /// <summary>
    /// Starts a program in its own session. Returns 0 and the pid, or the error: of exec, of the working directory, or of having no more processes.
    /// </summary>
    /// <param name="program">Path of the program, as execve(2) takes it.</param>
    /// <param name="argv">Arguments, the program's name first.</param>
    /// <param name="environment">Variables as <c>NAME=value</c>.</param>
    /// <param name="directory">Working directory; null for Hale's own.</param>
    /// <param name="output">Becomes standard output.</param>
    /// <param name="error">Becomes standard error.</param>
    /// <param name="pid">The new process.</param>
    /// <param name="keepsInput">It reads what Hale would have read; otherwise it has no input.</param>
    public static int Start(
        string program, IReadOnlyCollection<string> argv, IReadOnlyCollection<string> environment, string? directory,
        Descriptor output, Descriptor error, out int pid, bool keepsInput = false)
    {
        if (!OperatingSystem.IsLinux())
            throw Machine.NotLinux();
        pid = 0;
        var actions = stackalloc byte[ActionsSize];
        var failure = InitializeActions(actions);
        if (failure != 0)
            return failure;
        using var argvBlock = new StringBlock(argv);
        using var environmentBlock = new StringBlock(environment);
        try
        {
            // Standard input comes last: if Hale runs with it closed, one of the descriptors that are duplicated may be number 0.
            failure = AddDuplicate(actions, output.Number, 1);
            if (failure == 0)
                failure = AddDuplicate(actions, error.Number, 2);
            if (failure == 0 && !keepsInput)
                failure = AddOpen(actions, 0, "/dev/null", Files.ReadOnly, 0);
            if (failure == 0 && directory is not null)
                failure = AddDirectory(actions, directory);
            return failure != 0 ? failure : PosixSpawn(out pid, program, actions, Attributes, argvBlock.Pointers, environmentBlock.Pointers);
        }
        finally
        {
            _ = DestroyActions(actions);
            GC.KeepAlive(output);
            GC.KeepAlive(error);
        }
    }

    private static byte* Prepare()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        // .NET opens everything close-on-exec. What Hale itself was started with (a descriptor of somebody's shell script) is not, and is none of
        // the children's business either. Before Linux 5.11 this fails, and they inherit it.
        _ = SystemCall(CloseRangeCall, 3, -1, CloseRangeOnExec);

        // Whoever starts us may ignore SIGCHLD, which exec passes on. The kernel would then reap our children by itself: their status would be
        // lost, and a pid could pass on to another process between the spawn and the pidfd. A handler (the runtime's) is left in place.
        var action = stackalloc byte[SignalActionSize];
        if (GetAction(ChildSignal, null, action) == 0 && *(nint*)action == IgnoreSignal)
            _ = SetSignal(ChildSignal, DefaultAction);

        // posix_spawn only reads these, so they are made once. Every child gets a session (so a group of its own), no blocked signals, and the
        // default action for all: .NET ignores SIGPIPE, and a child would inherit that.
        var attributes = (byte*)NativeMemory.AllocZeroed(AttributesSize);
        var none = stackalloc byte[SignalSetSize];
        var all = stackalloc byte[SignalSetSize];
        _ = EmptySignals(none);
        _ = FillSignals(all);
        _ = InitializeAttributes(attributes);
        _ = SetMask(attributes, none);
        _ = SetDefaults(attributes, all);
        _ = SetFlags(attributes, ResetSignals | SetSignalMask | NewSession);
        return attributes;
    }

    /// <summary>A null-terminated array of C strings in one piece of native memory.</summary>
    private readonly ref struct StringBlock
    {
        public StringBlock(IReadOnlyCollection<string> strings)
        {
            var bytes = 0;
            foreach (var text in strings)
                bytes += Encoding.UTF8.GetByteCount(text) + 1;
            Pointers = (byte**)NativeMemory.Alloc((nuint)((strings.Count + 1) * sizeof(byte*) + bytes));
            var next = (byte*)(Pointers + strings.Count + 1);
            var end = next + bytes;
            var index = 0;
            foreach (var text in strings)
            {
                Pointers[index++] = next;
                next += Encoding.UTF8.GetBytes(text, new Span<byte>(next, (int)(end - next)));
                *next++ = 0;
            }
            Pointers[index] = null;
        }

        public byte** Pointers { get; }

        public void Dispose() => NativeMemory.Free(Pointers);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(out int pid, string path, byte* actions, byte* attributes, byte** argv, byte** environment);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitializeActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int fd, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddDirectory(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitializeAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int GetAction(int signal, void* change, byte* current);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignal(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySignals(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSignals(byte* signals);
}
