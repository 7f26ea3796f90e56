using System.Buffers.Text;

namespace Hale.Processes;

/// <summary>What <c>/proc/PID/stat</c> says (proc_pid_stat(5)).</summary>
public readonly record struct ProcessStat
{
    // Fields are counted as in the man page, from 1; what follows the closing parenthesis begins with field 3.
    private const int StateField = 3, ParentField = 4, GroupField = 5, SessionField = 6, FlagsField = 9, StartField = 22, ExitCodeField = 52;
    private const long KernelThreadFlag = 0x00200000;

    /// <summary>Number and start time.</summary>
    public required ProcessIdentity Identity { get; init; }

    /// <summary>One letter: R running, S sleeping, D waiting uninterruptibly, T stopped, Z zombie, X dead.</summary>
    public required char State { get; init; }

    /// <summary>Its parent.</summary>
    public required int Parent { get; init; }

    /// <summary>Its process group.</summary>
    public required int Group { get; init; }

    /// <summary>Its session.</summary>
    public required int Session { get; init; }

    /// <summary>A thread of the kernel: no program, no environment.</summary>
    public required bool IsKernelThread { get; init; }

    /// <summary>How it ended, in the form of wait(2), if it is a zombie that we may look at; otherwise 0.</summary>
    public required int ExitStatus { get; init; }

    /// <summary>It has ended; only its parent has not taken notice yet.</summary>
    public bool IsDead => State is 'Z' or 'X';

    /// <summary>Reads one line. Null when it is not what the man page describes.</summary>
    public static ProcessStat? Parse(ReadOnlySpan<byte> line)
    {
        // "1234 (any (name) at all) S 1 ...": the name may hold blanks and parentheses, so the last ')' ends it.
        var open = line.IndexOf((byte)'(');
        var close = line.LastIndexOf((byte)')');
        if (open < 2 || close < open || !Utf8Parser.TryParse(line[..(open - 1)], out int pid, out _))
            return null;

        Span<long> numbers = stackalloc long[ExitCodeField + 1];
        numbers.Clear();
        var state = '\0';
        var field = StateField;
        var last = 0;
        var fields = line[(close + 1)..].Trim(" \n"u8);
        foreach (var range in fields.Split((byte)' '))
        {
            if (field > ExitCodeField)
                break;
            var text = fields[range];
            if (field == StateField)
                state = text.Length == 1 ? (char)text[0] : '\0';
            else if (Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length)
                numbers[field] = number;
            last = field++;
        }
        if (state == '\0' || last < StartField)
            return null;
        return new ProcessStat
        {
            Identity = new(pid, numbers[StartField]),
            State = state,
            Parent = (int)numbers[ParentField],
            Group = (int)numbers[GroupField],
            Session = (int)numbers[SessionField],
            IsKernelThread = (numbers[FlagsField] & KernelThreadFlag) != 0,
            ExitStatus = (int)numbers[ExitCodeField],
        };
    }
}
