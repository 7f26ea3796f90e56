using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>Which of several things (targets, alarms) needs which, and whether any of them needs itself in the end.</summary>
internal sealed class Dependencies(string[] names, string what = "targets")
{
    private readonly List<(int To, Position At, string Path)>[] edges = [.. names.Select(_ => new List<(int, Position, string)>())];

    public void Add(int from, int to, Position at, string path) => edges[from].Add((to, at, path));

    public int[] Of(int target) => [.. edges[target].Select(edge => edge.To).Distinct()];

    /// <summary>
    /// Reports each cycle once, at the dependency that closes it. Depth first with a list of its own instead of recursion: a chain of
    /// 20,000 targets is no reason to end.
    /// </summary>
    public void ReportCycles(Problems problems)
    {
        var done = new bool[names.Length];
        var depth = new int[names.Length];
        for (var start = 0; start < names.Length; start++)
        {
            var path = new List<(int Target, int Next)>();
            if (!done[start])
                Enter(start);
            while (path.Count > 0)
            {
                var (target, next) = path[^1];
                if (next == edges[target].Count)
                {
                    done[target] = true;
                    depth[target] = 0;
                    path.RemoveAt(path.Count - 1);
                    continue;
                }
                path[^1] = (target, next + 1);
                var (to, at, key) = edges[target][next];
                if (depth[to] > 0)
                {
                    var cycle = path.Skip(depth[to] - 1).Select(step => names[step.Target]).Append(names[to]);
                    problems.Add(at, key, names[to], $"{what} depend on each other in a circle: " + string.Join(" → ", cycle));
                }
                else if (!done[to])
                    Enter(to);
            }

            void Enter(int target)
            {
                path.Add((target, 0));
                depth[target] = path.Count;
            }
        }
    }
}
