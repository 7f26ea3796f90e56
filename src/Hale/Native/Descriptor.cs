using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>An owned file descriptor: closed once, and never while a call is using it.</summary>
internal sealed partial class Descriptor : SafeHandle
{
    /// <summary>Takes over <paramref name="fd"/>; -1 stands for none.</summary>
    public Descriptor(int fd) : base(-1, ownsHandle: true) => SetHandle(fd);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>The number, for passing on while this object is kept alive by the caller.</summary>
    public int Number => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
