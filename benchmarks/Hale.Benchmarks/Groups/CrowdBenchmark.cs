using System.Diagnostics;
using System.Globalization;
using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Core.Containers;
using Hale.SystemTests.Containers;

namespace Hale.Benchmarks.Groups;

/// <summary>
/// Many groups at the same time, beside the same containers started with bare calls of the engine: what is proved and kept in order costs. Afterwards nothing
/// may be left, of the engine's things and of this program's connections.
/// </summary>
internal static class CrowdBenchmark
{
    private const int MembersOfEach = 5;
    private const string Image = "hale-benchmark/httpd:1";

    /// <summary><c>groups [SESSIONS]</c>, default 50, with the engine that <c>DOCKER_HOST</c> names.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var sessions = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
        var address = EngineAddress.Default();
        using (var engine = new ContainerEngine(address))
            await engine.Images.ImportAsync(Image, SmallImage.Tar(SmallImage.Site), ["CMD [\"/bin/httpd\",\"-f\",\"-p\",\"80\",\"-h\",\"/www\"]"]);

        // The first of each warms up this program and the engine.
        await BareAsync(address, 1);
        await GroupsAsync(address, 1);
        var before = await LookAsync(address);
        var bare = await BareAsync(address, sessions);
        var groups = await GroupsAsync(address, sessions);
        bare = Min(bare, await BareAsync(address, sessions));
        var after = await LookAsync(address);

        var ratio = groups.Up.TotalSeconds / bare.Up.TotalSeconds;
        Console.WriteLine($"{sessions} sessions of {MembersOfEach} members at once: {groups.Ready} ready, {sessions - groups.Ready} failed");
        foreach (var reason in groups.Reasons.Distinct().Take(5))
            Console.WriteLine($"  {reason}");
        Console.WriteLine(FormattableString.Invariant($"up:   Hale {groups.Up.TotalSeconds:0.00} s, the engine's own minimum {bare.Up.TotalSeconds:0.00} s, ratio {ratio:0.00}"));
        Console.WriteLine(FormattableString.Invariant($"down: Hale {groups.Down.TotalSeconds:0.00} s, the engine's own minimum {bare.Down.TotalSeconds:0.00} s, ratio {groups.Down / bare.Down:0.00}"));
        Console.WriteLine($"left: {after.Containers - before.Containers} containers, {after.Networks - before.Networks} networks, {after.Volumes - before.Volumes} volumes, {after.Sockets - before.Sockets} sockets");
        return before == after && groups.Left == 0 ? 0 : 1;
    }

    /// <summary>The same containers, network and volume, with nothing but the calls that it takes, and all of them at once: the engine itself decides what waits.</summary>
    private static async Task<Bare> BareAsync(EngineAddress address, int sessions)
    {
        using var engine = new ContainerEngine(address, Patient);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(async session =>
        {
            await Task.WhenAll(engine.Networks.CreateAsync(Name(session)), engine.Volumes.CreateAsync(Name(session)));
            await Task.WhenAll(Enumerable.Range(0, MembersOfEach).Select(async member =>
            {
                var made = await engine.Containers.CreateAsync(
                    $"{Name(session)}.{member}", new() { Image = Image, Network = Name(session), Mounts = [MountRecipe.Volume(Name(session), "/area")] });
                await engine.Containers.StartAsync(made.Id);
            }));
        }));
        var up = watch.Elapsed;
        watch.Restart();
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(async session =>
        {
            await Task.WhenAll(Enumerable.Range(0, MembersOfEach).Select(member => engine.Containers.RemoveAsync($"{Name(session)}.{member}", force: true)));
            await Task.WhenAll(engine.Networks.RemoveAsync(Name(session)), engine.Volumes.RemoveAsync(Name(session)));
        }));
        return new(up, watch.Elapsed);
    }

    private static async Task<Crowd> GroupsAsync(EngineAddress address, int sessions)
    {
        using var engine = new ContainerEngine(address, Patient);
        var options = new ContainerGroupOptions { Engine = engine };
        var watch = Stopwatch.StartNew();
        var ends = await Task.WhenAll(Enumerable.Range(0, sessions).Select(session => ContainerGroup.TryUpAsync(Spec(session), options)));
        var up = watch.Elapsed;
        watch.Restart();
        await Task.WhenAll(ends.Select(end => end.Group is { } group ? group.DisposeAsync().AsTask() : Task.CompletedTask));
        return new(up, watch.Elapsed, ends.Count(end => end.Report.IsReady), [.. ends.Where(end => !end.Report.IsReady).Select(end => end.Report.Reason)], ends.Sum(end => end.Report.Left.Count));
    }

    private static ContainerGroupSpec Spec(int session) => new()
    {
        Session = Name(session),
        Volumes = [new("area")],
        Members =
        [
            .. Enumerable.Range(0, MembersOfEach).Select(member => new ContainerGroupMember($"member-{member}")
            {
                Image = Image,
                Port = 80,
                Grace = TimeSpan.Zero,
                Mounts = [new("area", null, "/area", IsReadOnly: false)],
                Probe = new() { Kind = ContainerGroupProbeKind.Http, Timeout = TimeSpan.FromMinutes(3) },
            }),
        ],
    };

    /// <summary>What there is: of the engine, and of this process, whose connections are closed a moment after the client that had them.</summary>
    private static async Task<Sight> LookAsync(EngineAddress address)
    {
        Sight sight;
        using (var engine = new ContainerEngine(address))
        {
            sight = new(
                (await engine.Containers.ListAsync()).Count, (await engine.Networks.ListAsync()).Count, (await engine.Volumes.ListAsync()).Count, 0);
        }
        for (var looks = 0; looks < 100 && Sockets() > 0; looks++)
            await Task.Delay(50);
        return sight with { Sockets = Sockets() };
    }

    private static int Sockets() => Directory.GetFileSystemEntries("/proc/self/fd").Count(descriptor => new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    // A crowd at an engine makes each wait for all.
    private static EngineLimits Patient => new() { Answer = TimeSpan.FromMinutes(3) };

    private static string Name(int session) => $"crowd-{session.ToString(CultureInfo.InvariantCulture)}";

    private static Bare Min(Bare one, Bare other) => new(one.Up < other.Up ? one.Up : other.Up, one.Down < other.Down ? one.Down : other.Down);

    private readonly record struct Bare(TimeSpan Up, TimeSpan Down);

    private readonly record struct Crowd(TimeSpan Up, TimeSpan Down, int Ready, IReadOnlyList<string> Reasons, int Left);

    private readonly record struct Sight(int Containers, int Networks, int Volumes, int Sockets);
}
