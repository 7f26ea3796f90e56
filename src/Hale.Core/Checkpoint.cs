using System.Security.Cryptography;
using Hale.Core.Judging;
using Hale.Core.Model;
using Hale.Core.Planning;

namespace Hale.Core;

/// <summary>
/// The world as bytes: what a restart begins from, so that only the facts since then are folded again, and what a replay compares.
/// Targets and checks are written by name: state follows its name when the configuration changes.
/// </summary>
public sealed partial class World
{
    private const int CheckpointVersion = 2;
    private const int Oldest = 1;

    /// <summary>A digest of the whole state: equal worlds have equal digests.</summary>
    public ulong Digest()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
            Save(writer);
        return DigestOf(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>The digest of a state that was written with <see cref="Save"/>.</summary>
    public static ulong DigestOf(ReadOnlySpan<byte> saved) => BitConverter.ToUInt64(SHA256.HashData(saved));

    /// <summary>Writes the state.</summary>
    public void Save(BinaryWriter to)
    {
        to.Write(CheckpointVersion);
        to.Write(Now.Ticks);
        to.Write(DoubtAt.Ticks);
        to.Write(DoubtUntil.Ticks);
        WriteText(to, Doubt);
        to.Write(Observations);
        to.Write(Dropped);
        to.Write(Targets.Length);
        for (var t = 0; t < Targets.Length; t++)
        {
            to.Write(Spec.Targets[t].Name);
            SaveTarget(to, Targets[t], Spec.Targets[t]);
        }
        to.Write(Checks.Length);
        for (var c = 0; c < Checks.Length; c++)
        {
            to.Write(Spec.NameOf(c));
            SaveCheck(to, Checks[c]);
        }
        SaveQueue(to, Fleet.Spent);
        to.Write(Groups.Length);
        for (var g = 0; g < Groups.Length; g++)
        {
            to.Write(Spec.Groups[g].Name);
            SaveQueue(to, Groups[g].Spent);
        }
        SaveAlarms(to);
        SaveTellings(to);
    }

    /// <summary>
    /// Reads a state back into a new world. What the configuration no longer names is dropped; what it names anew starts fresh. The health of targets
    /// is as it was: what other specs make of it, the fact that follows (a start, a reload) brings about and tells, here as in the world that was saved.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are not a checkpoint of this version.</exception>
    public static World Load(WorldSpec spec, BinaryReader from)
    {
        var version = from.ReadInt32();
        if (version is < Oldest or > CheckpointVersion)
            throw new InvalidDataException($"checkpoint version {version} is not one from {Oldest} to {CheckpointVersion}");
        var world = new World(spec, new(from.ReadInt64()))
        {
            DoubtAt = new(from.ReadInt64()),
            DoubtUntil = new(from.ReadInt64()),
            Doubt = ReadText(from),
            Observations = from.ReadInt64(),
            Dropped = from.ReadInt64(),
        };
        var targets = new Dictionary<string, int>(spec.Targets.Length);
        for (var t = 0; t < spec.Targets.Length; t++)
            targets[spec.Targets[t].Name] = t;
        var changedHands = new bool[spec.Targets.Length];
        for (var n = from.ReadInt32(); n > 0; n--)
        {
            var t = targets.GetValueOrDefault(from.ReadString(), -1);
            var scratch = new TargetState(t < 0 ? new TargetSpec { Name = "" } : spec.Targets[t], world.Now);
            var wasSupervised = LoadTarget(from, scratch, t, t < 0 ? [] : spec.Targets[t].Ladder);
            if (t < 0)
                continue;
            world.Targets[t] = scratch;
            changedHands[t] = wasSupervised != spec.Targets[t].IsSupervised;
        }
        var names = new Dictionary<string, int>(spec.Checks.Length);
        for (var c = 0; c < spec.Checks.Length; c++)
            names[spec.NameOf(c)] = c;
        for (var n = from.ReadInt32(); n > 0; n--)
        {
            var known = names.TryGetValue(from.ReadString(), out var c);
            var state = LoadCheck(from);
            if (known)
                world.Checks[c] = state;
        }
        LoadQueue(from, world.Fleet.Spent);
        for (var n = from.ReadInt32(); n > 0; n--)
        {
            var name = from.ReadString();
            var g = Array.FindIndex(spec.Groups, group => group.Name == name);
            LoadQueue(from, g < 0 ? new() : world.Groups[g].Spent);
        }
        if (version > Oldest)
            world.LoadAlarms(from);
        for (var t = 0; t < changedHands.Length; t++)
            if (changedHands[t])
                world.ForgetLives(t);
        if (version > Oldest)
            world.LoadTellings(from);
        world.Recount();
        world.NoteAll();
        return world;
    }

    /// <summary>Somebody else owns the process now: the lives known so far, and what was seen of them, are not those of the new owner.</summary>
    private void ForgetLives(int t)
    {
        var target = Targets[t];
        target.Life = Incarnation.None;
        target.LifeBeganAt = Spec.Targets[t].IsSupervised ? Instant.Never : Now;
        target.LastEnd = null;
        target.AwaitsStart = true;
        foreach (var check in Spec.Targets[t].Checks)
            Checks[check].BeginLife(Now, "not looked at yet");
    }

    /// <summary>Counts what groups and fleet keep from the states of their members.</summary>
    private void Recount()
    {
        foreach (var group in Groups.Append(Fleet))
            group.Judged = group.Unhealthy = group.Unknown = group.Busy = 0;
        for (var t = 0; t < Targets.Length; t++)
        {
            Count(t, Targets[t].Health, +1);
            if (Targets[t].IsBusy)
                CountBusy(t, +1);
        }
    }

    private void NoteAll()
    {
        for (var subject = 0; subject < tellings.Length; subject++)
            Note(subject);
    }

    private static void SaveTarget(BinaryWriter to, TargetState state, TargetSpec spec)
    {
        to.Write(spec.IsSupervised);
        to.Write((byte)state.Health);
        to.Write(state.Since.Ticks);
        to.Write(state.Reason);
        to.Write(state.IsShadowed);
        to.Write(state.Life.Id);
        to.Write(state.LifeBeganAt.Ticks);
        WriteText(to, state.LastEnd);
        to.Write(state.Lives);
        to.Write(state.AwaitsStart);
        to.Write(state.StartOrdered);
        to.Write(state.PausedUntil.Ticks);
        to.Write(state.IsStopped);
        to.Write(state.RestartOrdered);
        to.Write(state.ApprovedUntil.Ticks);
        to.Write(state.IsRejected);
        SaveIntent(to, state.Open);
        SaveIntent(to, state.Verifying);
        to.Write(state.VerifyUntil.Ticks);
        to.Write(state.Tries.Length);
        for (var rung = 0; rung < state.Tries.Length; rung++)
        {
            to.Write(spec.Ladder[rung].Name);
            to.Write(state.Tries[rung]);
        }
        to.Write(state.Attempts);
        to.Write(state.LastActAt.Ticks);
        to.Write(state.WellSince.Ticks);
        WriteText(to, state.NeedsHuman);
        SaveQueue(to, state.Spent);
        WriteText(to, state.LastRemedy);
    }

    private static bool LoadTarget(BinaryReader from, TargetState state, int index, RemedySpec[] ladder)
    {
        var wasSupervised = from.ReadBoolean();
        state.Health = (Health)from.ReadByte();
        state.Since = new(from.ReadInt64());
        state.Reason = from.ReadString();
        state.IsShadowed = from.ReadBoolean();
        state.Life = new(from.ReadString());
        state.LifeBeganAt = new(from.ReadInt64());
        state.LastEnd = ReadText(from);
        state.Lives = from.ReadInt32();
        state.AwaitsStart = from.ReadBoolean();
        state.StartOrdered = from.ReadBoolean();
        state.PausedUntil = new(from.ReadInt64());
        state.IsStopped = from.ReadBoolean();
        state.RestartOrdered = from.ReadBoolean();
        state.ApprovedUntil = new(from.ReadInt64());
        state.IsRejected = from.ReadBoolean();
        state.Open = LoadIntent(from, index);
        state.Verifying = LoadIntent(from, index);
        state.VerifyUntil = new(from.ReadInt64());
        var isSameLadder = LoadTries(from, state.Tries, ladder);
        if (!isSameLadder)
        {
            state.Open = WithoutRung(state.Open);
            state.Verifying = WithoutRung(state.Verifying);
        }
        state.Attempts = from.ReadInt32();
        state.LastActAt = new(from.ReadInt64());
        state.WellSince = new(from.ReadInt64());
        state.NeedsHuman = ReadText(from) is { } why && isSameLadder ? why : null;
        LoadQueue(from, state.Spent);
        state.LastRemedy = ReadText(from);
        return wasSupervised;
    }

    /// <summary>A ladder that changed is a new ladder: tries on the old one say nothing about its rungs. True when it is the same.</summary>
    private static bool LoadTries(BinaryReader from, int[] tries, RemedySpec[] ladder)
    {
        var rungs = from.ReadInt32();
        var isSame = rungs == ladder.Length;
        for (var rung = 0; rung < rungs; rung++)
        {
            var (name, tried) = (from.ReadString(), from.ReadInt32());
            isSame = isSame && name == ladder[rung].Name;
            if (isSame)
                tries[rung] = tried;
        }
        if (!isSame)
            Array.Clear(tries);
        return isSame;
    }

    /// <summary>An intent whose rung is gone with an old ladder keeps its place without a rung.</summary>
    private static Intent? WithoutRung(Intent? intent) => intent is null ? null : intent with { Rung = -1 };

    private static void SaveCheck(BinaryWriter to, in CheckState state)
    {
        to.Write((byte)state.Health);
        to.Write(state.Since.Ticks);
        to.Write(state.Reason);
        to.Write(state.FailStreak);
        to.Write(state.FailingSince.Ticks);
        to.Write(state.BadStreak);
        to.Write(state.BadSince.Ticks);
        to.Write(state.GoodStreak);
        to.Write(state.PassStreak);
        to.Write(state.IsProven);
        to.Write(state.IsConfirmed);
        to.Write(state.WasGood);
        to.Write(state.LastAt.Ticks);
        to.Write(state.EvidenceAt.Ticks);
        to.Write((byte)state.LastOutcome);
        to.Write(state.Took.Ticks);
        WriteText(to, state.Last?.Evidence);
        if (state.Last is { } last)
            to.Write((byte)last.Outcome);
        WriteText(to, state.Progress);
        to.Write(state.ProgressAt.Ticks);
        to.Write(state.SilentFrom.Ticks);
        to.Write(state.Looked);
        to.Write(state.Changes);
        to.Write(state.WasBad);
        to.Write(state.IsFlapping);
        to.Write(state.CountedFrom.Ticks);
        to.Write(state.Attempts);
        to.Write(state.Inconclusive);
    }

    private static CheckState LoadCheck(BinaryReader from) => new()
    {
        Health = (Health)from.ReadByte(),
        Since = new(from.ReadInt64()),
        Reason = from.ReadString(),
        FailStreak = from.ReadInt32(),
        FailingSince = new(from.ReadInt64()),
        BadStreak = from.ReadInt32(),
        BadSince = new(from.ReadInt64()),
        GoodStreak = from.ReadInt32(),
        PassStreak = from.ReadInt32(),
        IsProven = from.ReadBoolean(),
        IsConfirmed = from.ReadBoolean(),
        WasGood = from.ReadBoolean(),
        LastAt = new(from.ReadInt64()),
        EvidenceAt = new(from.ReadInt64()),
        LastOutcome = (Outcome)from.ReadByte(),
        Took = new(from.ReadInt64()),
        Last = ReadText(from) is { } evidence ? new ProbeResult((Outcome)from.ReadByte(), evidence) : null,
        Progress = ReadText(from),
        ProgressAt = new(from.ReadInt64()),
        SilentFrom = new(from.ReadInt64()),
        Looked = from.ReadBoolean(),
        Changes = from.ReadUInt32(),
        WasBad = from.ReadBoolean(),
        IsFlapping = from.ReadBoolean(),
        CountedFrom = new(from.ReadInt64()),
        Attempts = from.ReadInt64(),
        Inconclusive = from.ReadInt64(),
    };

    private static void SaveIntent(BinaryWriter to, Intent? intent)
    {
        to.Write(intent is not null);
        if (intent is null)
            return;
        to.Write(intent.Id);
        to.Write(intent.Rung);
        to.Write((byte)intent.Cause);
        to.Write(intent.Incarnation.Id);
        to.Write(intent.Attempt);
        to.Write(intent.Reason);
        to.Write(intent.At.Ticks);
    }

    private static Intent? LoadIntent(BinaryReader from, int target)
    {
        if (!from.ReadBoolean())
            return null;
        return new Intent(from.ReadInt64(), target, from.ReadInt32(), (Cause)from.ReadByte(), new(from.ReadString()), from.ReadInt32(), from.ReadString(), new(from.ReadInt64()));
    }

    private static void SaveQueue(BinaryWriter to, Queue<Instant> queue)
    {
        to.Write(queue.Count);
        foreach (var at in queue)
            to.Write(at.Ticks);
    }

    private static void LoadQueue(BinaryReader from, Queue<Instant> queue)
    {
        for (var n = from.ReadInt32(); n > 0; n--)
            queue.Enqueue(new(from.ReadInt64()));
    }

    private static void WriteText(BinaryWriter to, string? text)
    {
        to.Write(text is not null);
        if (text is not null)
            to.Write(text);
    }

    private static string? ReadText(BinaryReader from) => from.ReadBoolean() ? from.ReadString() : null;
}
