using Hale.Native;

namespace Hale.Doctoring;

/// <summary>Whether the kernel's clock is kept right by somebody (adjtimex(2)).</summary>
internal static class ClockExam
{
    public static IEnumerable<Finding> Examine(Patient patient)
    {
        yield return Judge(Clocks.IsSynchronised());
    }

    /// <summary>What the kernel says of its clock.</summary>
    /// <param name="isSynchronised">Null when it does not say.</param>
    internal static Finding Judge(bool? isSynchronised) => isSynchronised switch
    {
        true => Finding.Ok("clock", "synchronised"),
        false => Finding.Limited("clock", "nobody tells the kernel that it is right",
            "times in the history may be off, and maintenance windows with them; durations are not affected", "timedatectl set-ntp true, or install chrony"),
        _ => Finding.Unknown("clock", "the kernel does not tell whether it is synchronised"),
    };
}
