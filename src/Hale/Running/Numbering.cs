namespace Hale.Running;

/// <summary>
/// The numbers by which one plan knows its checks. They mean nothing under another plan, so whatever carries one says by which numbering, and
/// each numbering leads on to the one that followed it: an attempt that was begun before a reload finds its check's present number, or learns that
/// the check it was made for is no more. Old numberings are kept only by who still refers to them.
/// </summary>
internal sealed class Numbering
{
    private volatile Numbering? next;
    private int[] inNext = [];

    /// <summary>Says what followed. To be called once.</summary>
    /// <param name="successor">The numbering of the next plan.</param>
    /// <param name="numbers">By number here: the number there of the check that goes on unchanged; negative where none does.</param>
    public void FollowedBy(Numbering successor, int[] numbers)
    {
        inNext = numbers;
        next = successor;
    }

    /// <summary>The number of a check under a later numbering, or this one; negative when it did not go on unchanged.</summary>
    public int In(Numbering later, int check)
    {
        var at = this;
        while (at != later && check >= 0)
        {
            if (at.next is not { } following)
                return -1;
            check = at.inNext[check];
            at = following;
        }
        return check;
    }
}
