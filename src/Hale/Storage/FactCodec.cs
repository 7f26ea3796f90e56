using System.Text;
using Hale.Core.Model;

namespace Hale.Storage;

/// <summary>
/// Facts as bytes. A segment is a run of facts in their order; times are differences to the fact before, and a text that stood in the segment
/// before is a number, so that an observation that repeats itself costs some fifteen bytes, and ten for each measurement.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly MemoryStream bytes = new();
    private readonly BinaryWriter writer;
    private readonly Dictionary<string, int> texts = [];
    private long lastTicks;

    public SegmentWriter() => writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true);

    /// <summary>Facts written so far.</summary>
    public int Count { get; private set; }

    /// <summary>Facts written so far that are more than the passing of time.</summary>
    public int Weight { get; private set; }

    /// <summary>Bytes written so far.</summary>
    public long Length => bytes.Length;

    public ReadOnlyMemory<byte> Bytes => bytes.GetBuffer().AsMemory(0, (int)bytes.Length);

    public void Clear()
    {
        bytes.SetLength(0);
        texts.Clear();
        lastTicks = 0;
        Count = Weight = 0;
    }

    public void Write(Fact fact)
    {
        Count++;
        Weight += fact is Ticked ? 0 : 1;
        switch (fact)
        {
            case Ticked:
                Head(FactKind.Ticked, fact);
                break;
            case Observed { Observation: var o }:
                Head(FactKind.Observed, fact);
                writer.Write7BitEncodedInt(o.Check);
                Text(o.Incarnation.Id);
                writer.Write7BitEncodedInt64(fact.At.Ticks - o.StartedAt.Ticks);
                writer.Write7BitEncodedInt64(o.Took.Ticks);
                Result(o.Result);
                break;
            case LifeBegan f:
                Head(FactKind.LifeBegan, fact);
                writer.Write7BitEncodedInt(f.Target);
                Text(f.Incarnation.Id);
                writer.Write(f.BeganAt.Ticks);
                writer.Write(f.Adopted);
                break;
            case LifeEnded f:
                Head(FactKind.LifeEnded, fact);
                writer.Write7BitEncodedInt(f.Target);
                Text(f.Incarnation.Id);
                Text(f.How);
                writer.Write(f.Unwatched);
                break;
            case IntentOpened { Intent: var i }:
                Head(FactKind.IntentOpened, fact);
                writer.Write7BitEncodedInt64(i.Id);
                writer.Write7BitEncodedInt(i.Target);
                writer.Write(i.Rung);
                writer.Write((byte)i.Cause);
                Text(i.Incarnation.Id);
                writer.Write7BitEncodedInt(i.Attempt);
                Text(i.Reason);
                writer.Write(i.At.Ticks);
                break;
            case IntentClosed f:
                Head(FactKind.IntentClosed, fact);
                writer.Write7BitEncodedInt64(f.Intent);
                writer.Write7BitEncodedInt(f.Target);
                writer.Write((byte)f.Outcome);
                Text(f.Detail);
                break;
            case Ordered f:
                Head(FactKind.Ordered, fact);
                writer.Write((byte)f.Order);
                writer.Write7BitEncodedInt(f.Target);
                Text(f.By);
                Text(f.Why);
                writer.Write(f.Until.Ticks);
                break;
            case DoubtRaised f:
                Head(FactKind.DoubtRaised, fact);
                Text(f.Reason);
                writer.Write(f.Until.Ticks);
                break;
            case EngineStarted:
                Head(FactKind.EngineStarted, fact);
                break;
            case Reconfigured f:
                Head(FactKind.Reconfigured, fact);
                writer.Write7BitEncodedInt(f.Anew.Length);
                foreach (var check in f.Anew)
                    writer.Write7BitEncodedInt(check);
                Text(f.Summary);
                break;
            case DatapointsRecalled f:
                Head(FactKind.DatapointsRecalled, fact);
                writer.Write7BitEncodedInt(f.Alarm);
                writer.Write7BitEncodedInt(f.Pieces.Length);
                foreach (var piece in f.Pieces)
                    Piece(piece);
                break;
            case JournalChanged f:
                Head(FactKind.JournalChanged, fact);
                writer.Write(f.Trouble is not null);
                if (f.Trouble is not null)
                    Text(f.Trouble);
                break;
            default:
                throw new ArgumentException($"the journal knows no fact {fact.GetType().Name}", nameof(fact));
        }
    }

    public void Dispose()
    {
        writer.Dispose();
        bytes.Dispose();
    }

    private void Head(FactKind kind, Fact fact)
    {
        writer.Write((byte)kind);
        writer.Write7BitEncodedInt64(fact.At.Ticks - lastTicks);
        lastTicks = fact.At.Ticks;
    }

    private void Result(ProbeResult result)
    {
        writer.Write((byte)((byte)result.Outcome | (result.IsProof ? 8 : 0) | (result.Progress is null ? 0 : 16) | (result.ProgressAge is null ? 0 : 32)));
        Text(result.Evidence);
        if (result.Progress is not null)
            Text(result.Progress);
        if (result.ProgressAge is { } age)
            writer.Write7BitEncodedInt64(age.Ticks);
        writer.Write7BitEncodedInt(result.Measurements.Length);
        foreach (var measurement in result.Measurements)
        {
            Text(measurement.Name);
            writer.Write((byte)measurement.Unit);
            writer.Write(measurement.Value);
        }
    }

    private void Piece(in Recalled piece)
    {
        writer.Write(piece.At.Ticks);
        writer.Write7BitEncodedInt(piece.Count);
        writer.Write(piece.Sum);
        writer.Write(piece.Minimum);
        writer.Write(piece.Maximum);
    }

    private void Text(string text)
    {
        if (texts.TryGetValue(text, out var known))
        {
            writer.Write7BitEncodedInt(known + 1);
            return;
        }
        writer.Write7BitEncodedInt(0);
        writer.Write(text);
        texts.Add(text, texts.Count);
    }
}

/// <summary>Reads what <see cref="SegmentWriter"/> wrote.</summary>
internal static class SegmentReader
{
    /// <summary>The facts of a segment, in order.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a segment; says at which fact.</exception>
    public static IEnumerable<Fact> Read(byte[] segment)
    {
        using var reader = new BinaryReader(new MemoryStream(segment), Encoding.UTF8);
        var texts = new List<string>();
        long ticks = 0;
        for (var n = 0; reader.BaseStream.Position < segment.Length; n++)
        {
            Fact fact;
            try
            {
                fact = ReadOne(reader, texts, ref ticks);
            }
            catch (Exception error) when (error is EndOfStreamException or FormatException or ArgumentException or IOException)
            {
                throw new InvalidDataException($"fact {n} of the segment cannot be read: {error.Message}", error);
            }
            yield return fact;
        }
    }

    private static Fact ReadOne(BinaryReader from, List<string> texts, ref long ticks)
    {
        var kind = (FactKind)from.ReadByte();
        ticks += from.Read7BitEncodedInt64();
        var at = new Instant(ticks);
        string Text() => ReadText(from, texts);
        Incarnation Life() => new(Text());
        Instant When() => new(from.ReadInt64());
        return kind switch
        {
            FactKind.Ticked => new Ticked(at),
            FactKind.Observed => new Observed(at, new Observation(from.Read7BitEncodedInt(), Life(),
                new(ticks - from.Read7BitEncodedInt64()), new(from.Read7BitEncodedInt64()), ReadResult(from, texts))),
            FactKind.LifeBegan => new LifeBegan(at, from.Read7BitEncodedInt(), Life(), When(), from.ReadBoolean()),
            FactKind.LifeEnded => new LifeEnded(at, from.Read7BitEncodedInt(), Life(), Text(), from.ReadBoolean()),
            FactKind.IntentOpened => new IntentOpened(at, new Intent(from.Read7BitEncodedInt64(), from.Read7BitEncodedInt(), from.ReadInt32(),
                (Cause)from.ReadByte(), Life(), from.Read7BitEncodedInt(), Text(), When())),
            FactKind.IntentClosed => new IntentClosed(at, from.Read7BitEncodedInt64(), from.Read7BitEncodedInt(), (RemedyOutcome)from.ReadByte(), Text()),
            FactKind.Ordered => new Ordered(at, (Order)from.ReadByte(), from.Read7BitEncodedInt(), Text(), Text(), When()),
            FactKind.DoubtRaised => new DoubtRaised(at, Text(), When()),
            FactKind.EngineStarted => new EngineStarted(at),
            FactKind.Reconfigured => new Reconfigured(at, ReadChecks(from), Text()),
            FactKind.DatapointsRecalled => new DatapointsRecalled(at, from.Read7BitEncodedInt(), ReadPieces(from)),
            FactKind.JournalChanged => new JournalChanged(at, from.ReadBoolean() ? Text() : null),
            _ => throw new FormatException($"unknown kind {(byte)kind}"),
        };
    }

    private static int[] ReadChecks(BinaryReader from)
    {
        var checks = new int[ReadCount(from, "checks")];
        for (var i = 0; i < checks.Length; i++)
            checks[i] = from.Read7BitEncodedInt();
        return checks;
    }

    private static Recalled[] ReadPieces(BinaryReader from)
    {
        var pieces = new Recalled[ReadCount(from, "pieces")];
        for (var i = 0; i < pieces.Length; i++)
            pieces[i] = new(new(from.ReadInt64()), from.Read7BitEncodedInt(), from.ReadDouble(), from.ReadDouble(), from.ReadDouble());
        return pieces;
    }

    private static int ReadCount(BinaryReader from, string what)
    {
        var count = from.Read7BitEncodedInt();
        return count >= 0 && count <= from.BaseStream.Length - from.BaseStream.Position ? count
            : throw new FormatException($"{count} {what} where no room is for them");
    }

    private static ProbeResult ReadResult(BinaryReader from, List<string> texts)
    {
        var flags = from.ReadByte();
        if ((flags & 7) > (int)Outcome.Inconclusive)
            throw new FormatException($"unknown outcome {flags & 7}");
        var evidence = ReadText(from, texts);
        var progress = (flags & 16) != 0 ? ReadText(from, texts) : null;
        TimeSpan? age = (flags & 32) != 0 ? new TimeSpan(from.Read7BitEncodedInt64()) : null;
        var measurements = new Measurement[ReadCount(from, "measurements")];
        for (var i = 0; i < measurements.Length; i++)
        {
            var (name, unit) = (ReadText(from, texts), (Unit)from.ReadByte());
            measurements[i] = new(name, from.ReadDouble(), unit);
        }
        return new ProbeResult((Outcome)(flags & 7), evidence)
        {
            IsProof = (flags & 8) != 0,
            Progress = progress,
            ProgressAge = age,
            Measurements = measurements,
        };
    }

    private static string ReadText(BinaryReader from, List<string> texts)
    {
        if (from.Read7BitEncodedInt() is > 0 and var known)
            return texts[known - 1];
        var text = from.ReadString();
        texts.Add(text);
        return text;
    }
}

/// <summary>First byte of a fact. The numbers stand in journals: they are never given to another kind.</summary>
internal enum FactKind : byte
{
    Ticked = 1,
    Observed = 2,
    LifeBegan = 3,
    LifeEnded = 4,
    IntentOpened = 5,
    IntentClosed = 6,
    Ordered = 7,
    DoubtRaised = 8,
    EngineStarted = 9,
    Reconfigured = 20,
    DatapointsRecalled = 21,
    JournalChanged = 10,
}
