using System.Runtime.InteropServices;

namespace Hale.Probes.Clocks;

/// <summary>What the kernel knows of its own clock (adjtimex(2)).</summary>
/// <param name="IsSynchronised">Something has steered it recently enough.</param>
/// <param name="MaxError">How wrong it can be, by what steers it; grows by half a millisecond a second without.</param>
internal sealed partial record KernelClock(bool IsSynchronised, TimeSpan MaxError)
{
    private const int Unsynchronised = 0x40, TimeError = 5;

    /// <summary>Asks the kernel. Null with the reason when it does not say.</summary>
    public static KernelClock? Read(out string trouble)
    {
        trouble = "the state of the clock is known on 64-bit Linux only";
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            return null;
        var state = new Timex();
        var code = adjtimex(ref state);
        trouble = code < 0 ? Marshal.GetLastPInvokeErrorMessage() : "";
        return code < 0 ? null : new(code != TimeError && (state.Status & Unsynchronised) == 0, TimeSpan.FromMicroseconds(state.MaxError));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int adjtimex(ref Timex state);

    /// <summary>struct timex of 64-bit Linux; with no modes set nothing is changed.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    private struct Timex
    {
        [FieldOffset(0)] public uint Modes;
        [FieldOffset(24)] public long MaxError;
        [FieldOffset(40)] public int Status;
    }
}
