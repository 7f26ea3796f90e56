using System.Text;
using System.Text.Json;
using Hale.Containers.Groups;
using Hale.Core.Readiness;

namespace Hale.Cli.Grouping;

/// <summary>What the verbs about groups print with <c>--json</c>. Spans are seconds.</summary>
internal static class GroupJson
{
    /// <summary>One object for a group that came up, or did not.</summary>
    public static void Write(TextWriter output, ContainerGroupReport report) => Write(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("session", report.Session);
        json.WriteBoolean("ready", report.IsReady);
        json.WriteString("end", report.End switch { GateEnd.Ready => "ready", GateEnd.NotReady => "notReady", _ => "couldNotTell" });
        json.WriteString("reason", report.Reason);
        json.WriteNumber("took", Round(report.Took));
        json.WriteStartArray("members");
        foreach (var member in report.Members)
        {
            json.WriteStartObject();
            json.WriteString("name", member.Name);
            json.WriteString("member", member.Member);
            json.WriteNumber("number", member.Number);
            json.WriteString("kind", member.Kind);
            json.WriteString("image", member.Image);
            json.WriteBoolean("ready", member.IsReady);
            json.WriteBoolean("reused", member.IsReused);
            json.WriteString("container", member.Container);
            json.WriteString("id", member.Id);
            json.WriteString("address", member.Address);
            Number(json, "port", member.Port);
            json.WriteString("endpoint", member.Endpoint);
            Number(json, "readyAfter", member.ReadyAfter is { } after ? Round(after) : null);
            json.WriteString("trouble", member.Trouble);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Texts(json, "left", report.Left);
        json.WriteEndObject();
    });

    /// <summary>One array for what was taken down.</summary>
    public static void Write(TextWriter output, IReadOnlyList<ContainerGroupDown> downs) => Write(output, json =>
    {
        json.WriteStartArray();
        foreach (var down in downs)
        {
            json.WriteStartObject();
            json.WriteString("session", down.Session);
            Texts(json, "removed", down.Removed);
            Texts(json, "kept", down.Kept);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>One array for the groups of an engine.</summary>
    public static void Write(TextWriter output, IReadOnlyList<ContainerGroupStatus> groups) => Write(output, json =>
    {
        json.WriteStartArray();
        foreach (var group in groups)
        {
            json.WriteStartObject();
            json.WriteString("session", group.Session);
            json.WriteBoolean("forgotten", group.IsForgotten);
            Moment(json, "until", group.Until);
            json.WriteStartArray("containers");
            foreach (var container in group.Containers)
            {
                json.WriteStartObject();
                json.WriteString("member", container.Member);
                json.WriteNumber("number", container.Number);
                json.WriteString("kind", container.Kind);
                json.WriteString("state", container.State);
                json.WriteString("container", container.Name);
                json.WriteString("id", container.Id);
                json.WriteString("port", container.Port);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            Texts(json, "volumes", group.Volumes);
            Texts(json, "networks", group.Networks);
            json.WriteStartArray("holders");
            foreach (var holder in group.Holders)
            {
                json.WriteStartObject();
                json.WriteString("who", holder.Who);
                json.WriteBoolean("atWork", holder.IsAtWork);
                json.WriteBoolean("process", holder.IsProcess);
                json.WriteString("since", holder.Since);
                Moment(json, "until", holder.Until);
                json.WriteBoolean("over", holder.IsOver);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
            write(json);
        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        output.Flush();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Moment(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } at)
            json.WriteString(name, at);
        else
            json.WriteNull(name);
    }

    private static void Number(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private static double Round(TimeSpan span) => Math.Round(span.TotalSeconds, 4);
}
