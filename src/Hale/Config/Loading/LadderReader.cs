using Hale.Config.Yaml;
using Hale.Core.Model;
using Hale.Remedies;

namespace Hale.Config.Loading;

/// <summary>One rung as read: its spec and its remedy.</summary>
internal sealed record RungDraft(RemedySpec Spec, IRemedy Remedy);

/// <summary>The <c>heal:</c> list of a target.</summary>
internal sealed class LadderReader(Reading reading)
{
    private const string Restart = "restart";
    private static readonly TimeSpan ShortestVerify = TimeSpan.FromSeconds(30);

    private readonly Problems problems = reading.Problems;

    public IReadOnlyList<RungDraft> Read(Section target, CheckList checks, bool isSupervised)
    {
        var path = target.PathOf("heal");
        if (target.Find("heal") is not { } heal)
            return isSupervised ? Rungs(new ListNode(target.Owner, [new ScalarNode(target.Owner, Restart, true) { Weight = 1 }]) { Weight = 1 }, path, checks, true) : [];
        switch (heal.Value)
        {
            case ListNode { Items.Count: 0 }:
                problems.Add(heal.Value.At, path, "an empty list", "the list is empty, so nothing is done", isSupervised ? "to only watch, write healing: { mode: off }" : "leave \"heal\" out to only watch");
                return [];
            case ListNode list:
                return Rungs(list, path, checks, isSupervised);
            case ScalarNode { IsNull: false } single:
                return Rungs(new ListNode(single.At, [single]) { Weight = 1 }, path, checks, isSupervised);
            default:
                problems.Add(heal.Value.At, path, heal.Value.Found, $"found {heal.Value.Found}, expected a list of remedies, for example [restart]", heal.Value is MapNode ? "begin each remedy with \"- \"" : null);
                return [];
        }
    }

    private List<RungDraft> Rungs(ListNode list, string path, CheckList checks, bool isSupervised)
    {
        var rungs = new List<RungDraft>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (ReadRung(list.Items[i], $"{path}[{i}]", checks, isSupervised) is { } rung)
                rungs.Add(rung);
        }
        return rungs;
    }

    private RungDraft? ReadRung(Node node, string path, CheckList checks, bool isSupervised)
    {
        var before = problems.Count;
        if (Split(node, path) is not var (kind, common, settings))
            return null;
        if (kind.BeginsLife && !isSupervised)
            problems.Add(settings.Owner, path, kind.Name, $"\"{kind.Name}\" needs a process that Hale owns, and this target has no \"process\"", "add process, or use another remedy");
        var when = When(common, checks);
        var remedy = Kind.Create(reading, settings, kind.Create);
        if (problems.Count > before || remedy is null)
            return null;
        return new RungDraft(new RemedySpec
        {
            Name = kind.Name,
            Tries = (int)(common.Values.Integer("tries") ?? kind.DefaultTries),
            When = when,
            Verify = common.Values.Duration("verify") ?? DefaultVerify(checks, when, kind),
            NeedsApproval = common.Values.Flag("approve"),
            BeginsLife = kind.BeginsLife,
        }, remedy);
    }

    private (RemedyKind Kind, Section Common, Section Settings)? Split(Node node, string path)
    {
        if (node is ScalarNode { IsNull: false } scalar)
        {
            if (reading.Expansion.Expand(scalar, path) is not { } name)
                return null;
            if (reading.Remedies.TryGetValue(name, out var bare))
                return (bare, Section.Read(reading, Kind.Empty(node.At), path, node.At, Keys.Rung), Section.Read(reading, Kind.Empty(node.At), path, node.At, bare.Keys));
            problems.Add(node.At, path, name, $"there is no remedy {ScalarNode.Quoted(scalar.Text)}; there are {Known()}", Spelling.Suggest(name, reading.Remedies.Keys));
            return null;
        }
        if (node is not MapNode map)
        {
            problems.Add(node.At, path, node.Found, $"found {node.Found}, expected a remedy: {Known()}");
            return null;
        }
        var named = map.Entries.Where(entry => reading.Remedies.ContainsKey(entry.Key)).ToArray();
        if (named.Length > 1)
        {
            problems.Add(named[1].At, $"{path}.{named[1].Key}", named[1].Key, $"a step of the ladder is one remedy, and \"{named[0].Key}\" in line {named[0].At.Line} is one already", "begin a new list item with \"- \"");
            return null;
        }
        var common = Section.Read(reading, map, path, map.At, Keys.Rung, reading.Remedies.Keys.ToHashSet());
        if (named is [var entry])
        {
            var kind = reading.Remedies[entry.Key];
            return (kind, common, Kind.ReadSettings(reading, entry, $"{path}.{entry.Key}", kind.Keys, Keys.Rung));
        }
        if (map.Entries.All(inner => Keys.Rung.Any(key => key.Name == inner.Key)))
            problems.Add(map.At, path, map.Found, $"does not name a remedy; add one of {Known()}");
        return null;
    }

    private int[] When(Section common, CheckList checks)
    {
        var indices = new List<int>();
        foreach (var (name, at, path) in TargetReader.ItemsOf(common, "when"))
        {
            if (!checks.Names.Contains(name))
                problems.Add(at, path, name, $"this target has no check {ScalarNode.Quoted(name)}", Spelling.Suggest(name, checks.Names));
            else if (checks.IndexOf(name) is { } index && !indices.Contains(index))
                indices.Add(index);
        }
        return [.. indices];
    }

    /// <summary>
    /// Time for the slowest of the checks that matter to be tried <c>rise + 1</c> times, the first of which may have begun before the act.
    /// A remedy that begins a life gives that life its grace time on top.
    /// </summary>
    private static TimeSpan DefaultVerify(CheckList checks, int[] when, RemedyKind kind)
    {
        var relevant = when.Length > 0 ? when.Select(index => checks[index]) : checks.Drafts.Select(draft => draft.Spec);
        return relevant.Select(check => check.Every * (check.Rise + 1) + check.Timeout + (kind.BeginsLife ? check.Grace : TimeSpan.Zero)).Append(ShortestVerify).Max();
    }

    private string Known() => string.Join(", ", reading.Remedies.Keys.Order(StringComparer.Ordinal));
}
