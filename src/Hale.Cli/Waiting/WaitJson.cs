using System.Text;
using System.Text.Json;
using Hale.Core.Model;
using Hale.Core.Readiness;
using Hale.Readiness;

namespace Hale.Cli.Waiting;

/// <summary>What <c>hale wait --json</c> prints: one object, at the end. Times are seconds since the wait began.</summary>
internal static class WaitJson
{
    // Straight to the writer: a serializer's metadata would cost more than the wait on something that is ready.
    public static void Write(TextWriter output, ReadyReport report)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteBoolean("ready", report.IsReady);
            json.WriteString("end", report.End switch { GateEnd.Ready => "ready", GateEnd.NotReady => "notReady", _ => "couldNotTell" });
            json.WriteString("reason", report.ToString());
            json.WriteString("startedAt", report.StartedAt.ToString());
            json.WriteNumber("took", Round(report.Took));
            json.WriteStartArray("targets");
            foreach (var target in report.Targets)
                WriteTarget(json, report, target);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        output.Flush();
    }

    private static void WriteTarget(Utf8JsonWriter json, ReadyReport report, ReadyTargetReport target)
    {
        json.WriteStartObject();
        json.WriteString("target", target.Name);
        json.WriteBoolean("ready", target.IsReady);
        json.WriteNumber("attempts", target.Attempts);
        json.WriteString("trouble", target.Trouble);
        json.WriteString("hint", target.Hint);
        json.WriteStartArray("timeline");
        foreach (var episode in target.Timeline)
        {
            json.WriteStartObject();
            json.WriteNumber("from", Round(episode.FirstAt - report.StartedAt));
            json.WriteNumber("to", Round(episode.LastAt - report.StartedAt));
            json.WriteNumber("attempts", episode.Count);
            json.WriteString("outcome", episode.Outcome switch { Outcome.Pass => "pass", Outcome.Warn => "warn", Outcome.Fail => "fail", _ => "inconclusive" });
            json.WriteString("evidence", episode.Evidence);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("dropped", target.Dropped);
        json.WriteEndObject();
    }

    private static double Round(TimeSpan span) => Math.Round(span.TotalSeconds, 4);
}
