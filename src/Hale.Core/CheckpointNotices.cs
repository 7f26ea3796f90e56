using Hale.Core.Model;
using Hale.Core.Telling;

namespace Hale.Core;

/// <summary>What was told, as bytes: by the names of subjects and channels, as everything in a checkpoint.</summary>
public sealed partial class World
{
    private const string AlarmPrefix = "alarm:";

    private void SaveTellings(BinaryWriter to)
    {
        WriteText(to, JournalTrouble);
        to.Write(Incidents);
        var channels = Spec.Telling.Channels;
        to.Write(channels.Length);
        foreach (var channel in channels)
            to.Write(channel);
        var saved = Enumerable.Range(0, tellings.Length).Where(subject => !tellings[subject].IsPlain).Select(subject => (KeyOf(subject), tellings[subject])).Concat(departed).ToArray();
        to.Write(saved.Length);
        foreach (var (name, state) in saved)
        {
            to.Write(name);
            SaveTelling(to, state, channels.Length);
        }
    }

    private void LoadTellings(BinaryReader from)
    {
        JournalTrouble = ReadText(from);
        Incidents = from.ReadInt64();
        var channels = new int[from.ReadInt32()];
        for (var c = 0; c < channels.Length; c++)
            channels[c] = Array.IndexOf(Spec.Telling.Channels, from.ReadString());
        var subjects = new Dictionary<string, int>(tellings.Length);
        for (var subject = 0; subject < tellings.Length; subject++)
            subjects[KeyOf(subject)] = subject;
        for (var n = from.ReadInt32(); n > 0; n--)
        {
            var name = from.ReadString();
            var state = LoadTelling(from, channels);
            if (subjects.TryGetValue(name, out var subject))
                tellings[subject] = state;
            else if (state.IsOpen)
                departed.Add((name, state));
        }
    }

    /// <summary>A name that no other subject has: an alarm may be called like a target.</summary>
    private string KeyOf(int subject) => subject >= Targets.Length && subject < DoubtSubject ? AlarmPrefix + NameOfSubject(subject) : NameOfSubject(subject);

    private static void SaveTelling(BinaryWriter to, TellingState state, int channels)
    {
        to.Write((byte)state.Condition);
        to.Write(state.Since.Ticks);
        to.Write(state.BadSince.Ticks);
        to.Write(state.Number);
        to.Write(state.OpenedAt.Ticks);
        to.Write((byte)state.Acknowledged);
        WriteText(to, state.AcknowledgedBy);
        for (var c = 0; c < channels; c++)
        {
            var told = state.Told?[c] ?? default;
            to.Write((byte)told.Condition);
            to.Write(told.At.Ticks);
            to.Write(told.Round);
        }
    }

    /// <summary>A channel that is gone cannot be told that anything is over.</summary>
    private TellingState LoadTelling(BinaryReader from, int[] channels)
    {
        var state = new TellingState
        {
            Condition = (Condition)from.ReadByte(),
            Since = new(from.ReadInt64()),
            BadSince = new(from.ReadInt64()),
            Number = from.ReadInt64(),
            OpenedAt = new(from.ReadInt64()),
            Acknowledged = (Condition)from.ReadByte(),
            AcknowledgedBy = ReadText(from),
        };
        foreach (var channel in channels)
        {
            var told = new Told((Condition)from.ReadByte(), new(from.ReadInt64()), from.ReadInt32());
            if (channel >= 0 && told != default)
                (state.Told ??= new Told[Spec.Telling.Channels.Length])[channel] = told;
        }
        return state;
    }
}
