using System.Globalization;
using System.Text;

namespace Hale.Tests.Running;

/// <summary>Whole configurations out of a seed: each valid, and each unlike the last in targets, checks, rules, processes, alarms and channels.</summary>
internal sealed class RandomConfigurations(string folder)
{
    private static readonly string[] Names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];

    /// <summary>What stands in all of them: a process that no reload may touch.</summary>
    public const string Anchor = "targets:\n  anchor:\n    process: { command: [sleep, \"10000\"] }\n";

    /// <summary>What follows the anchor.</summary>
    public string Rest(Random random)
    {
        var text = new StringBuilder();
        var chosen = Names.Where(_ => random.Next(2) == 0).ToArray();
        random.Shuffle(chosen);
        foreach (var name in chosen)
            Target(text, name, chosen, random);
        text.Append(CultureInfo.InvariantCulture, $"defaults: {{ every: {random.Next(1, 5)}s, fall: {random.Next(1, 4)} }}\n");
        text.Append(CultureInfo.InvariantCulture, $"healing: {{ cooldown: {random.Next(1, 300)}s, budget: {random.Next(1, 5)} per {random.Next(1, 20)}m }}\n");
        text.Append("groups: { front: {}, back: { concurrent: 2 } }\n");
        if (random.Next(2) == 0)
            text.Append(CultureInfo.InvariantCulture, $"tell:\n  log{random.Next(2)}: {{ file: {folder}/notices.jsonl }}\n");
        return text.ToString();
    }

    private void Target(StringBuilder text, string name, string[] all, Random random)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {name}:\n");
        if (random.Next(3) == 0)
            text.Append(CultureInfo.InvariantCulture, $"    group: {(random.Next(2) == 0 ? "front" : "back")}\n");
        if (Array.IndexOf(all, name) is > 0 and var at && random.Next(3) == 0)
            text.Append(CultureInfo.InvariantCulture, $"    depends_on: [{all[random.Next(at)]}]\n");
        var isSupervised = random.Next(6) == 0;
        if (isSupervised)
            text.Append(CultureInfo.InvariantCulture, $"    process: {{ command: [sleep, \"{9000 + random.Next(3)}\"], stop: {{ grace: {random.Next(1, 3)}s }} }}\n");
        text.Append("    checks:\n");
        for (var check = random.Next(1, 4); check > 0; check--)
            text.Append(CultureInfo.InvariantCulture, $"      c{check}: {Check(random)}\n");
        if (!isSupervised && random.Next(3) == 0)
            text.Append(CultureInfo.InvariantCulture, $"    heal: [{{ exec: [\"{(random.Next(2) == 0 ? "true" : "false")}\"], tries: {random.Next(1, 4)} }}]\n");
    }

    private string Check(Random random) => random.Next(6) switch
    {
        0 => $"{{ disk: /, every: {random.Next(1, 10)}s }}",
        1 => $"{{ file: {folder}/{(random.Next(2) == 0 ? "here" : "gone")}, every: 1s }}",
        2 => $"{{ heartbeat: {{}}, within: {random.Next(1, 60)}m }}",
        3 => $"{{ tcp: \"127.0.0.1:{random.Next(1, 3)}\", timeout: 500ms }}",
        4 => "{ load: {} }",
        _ => $"{{ exec: [sleep, \"0.{random.Next(10)}\"], every: 1s, timeout: {random.Next(1, 3)}s }}",
    };
}
