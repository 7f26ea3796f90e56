using System.Text;
using System.Text.Json;
using Hale.Core.Warming;
using Hale.Sessions;
using Hale.Warming;
using Hale.Warming.Prefetch;

namespace Hale.Cli.Warming;

/// <summary>What <c>hale warm --json</c> prints: one object, at the end. Times are seconds.</summary>
internal static class WarmJson
{
    public static void Write(TextWriter output, WarmReport report)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("end", report.Verdict.End switch
            {
                WarmEnd.Warm => "warm",
                WarmEnd.NotWarm => "notWarm",
                WarmEnd.Failed => "failed",
                WarmEnd.CouldNotTell => "couldNotTell",
                _ => "interrupted",
            });
            json.WriteBoolean("healthy", report.Verdict.IsHealthy);
            json.WriteString("line", report.Verdict.Line);
            json.WriteStartArray("rehearsals");
            foreach (var result in report.Rehearsals)
                Write(json, result);
            json.WriteEndArray();
            WriteTexts(json, "tail", report.Tail);
            Write(json, report.Prefetch);
            Write(json, report.Recording);
            if (report.Reported is { } reported)
            {
                json.WriteStartObject("reported");
                json.WriteString("end", reported.End switch { ReportEnd.Delivered => "delivered", ReportEnd.Refused => "refused", ReportEnd.Kept => "kept", _ => "lost" });
                json.WriteString("reason", reported.Reason);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    private static void Write(Utf8JsonWriter json, RehearsalResult result)
    {
        json.WriteStartObject();
        json.WriteString("end", result.End switch
        {
            RehearsalEnd.Proved => "proved",
            RehearsalEnd.Failed => "failed",
            RehearsalEnd.CouldNotTell => "couldNotTell",
            _ => "interrupted",
        });
        json.WriteString("step", WarmUp.NameOf(result.Stage));
        json.WriteString("reason", result.Reason);
        if (result.TimeToEvidence is { } took)
            json.WriteNumber("timeToEvidence", Round(took));
        else
            json.WriteNull("timeToEvidence");
        json.WriteBoolean("killed", result.WasKilled);
        json.WriteString("ending", result.Ending);
        json.WriteString("cleaning", result.Cleaning);
        WriteTexts(json, "further", result.Further);
        json.WriteStartArray("evidence");
        foreach (var evidence in result.Evidence)
        {
            json.WriteStartObject();
            json.WriteString("name", evidence.Spec.Name);
            json.WriteBoolean("held", evidence.Holds);
            json.WriteString("seen", evidence.Seen);
            json.WriteNumber("looks", evidence.Looks);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("steps");
        foreach (var (stage, at) in result.Stages)
        {
            json.WriteStartObject();
            json.WriteString("step", WarmUp.NameOf(stage));
            json.WriteNumber("at", Round(at - result.BeganAt));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PrefetchReport? prefetch)
    {
        if (prefetch is null)
            return;
        json.WriteStartObject("prefetch");
        json.WriteString("end", prefetch.End switch
        {
            PrefetchEnd.Complete => "complete",
            PrefetchEnd.Limit => "limit",
            _ => "deadline",
        });
        json.WriteNumber("files", prefetch.Files);
        json.WriteNumber("bytes", prefetch.Bytes);
        if (prefetch.AlreadyCached is { } cached)
            json.WriteNumber("alreadyCached", cached);
        json.WriteNumber("took", Round(prefetch.Took));
        WriteTexts(json, "missing", prefetch.Missing);
        json.WriteNumber("skipped", prefetch.SkippedCount);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WarmRecording? recording)
    {
        if (recording is null)
            return;
        json.WriteStartObject("recording");
        json.WriteString("list", recording.List);
        json.WriteNumber("files", recording.Files);
        json.WriteString("line", recording.Line);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static double Round(TimeSpan span) => Math.Round(span.TotalSeconds, 4);
}
