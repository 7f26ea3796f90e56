using Hale.Containers;
using Hale.Core.Containers;

namespace Hale.Samples.Cyan;

/// <summary>Everything that can be broken here.</summary>
internal static class Breakages
{
    /// <summary>All of it.</summary>
    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("crash", "it ends at once with exit code 3", "code 3") { Break = Breakage.Running("sh", "-c", "echo cannot read the catalogue; exit 3") },
        new("crash-later", "it ends after a second, before it has served", "code 1") { Break = Breakage.Running("sh", "-c", "sleep 1; echo giving up; exit 1") },
        new("exit-0", "it ends at once and is content with that", "code 0") { Break = Breakage.Running("true") },
        new("silent", "it ends and has logged nothing", "logged nothing") { Break = Breakage.Running("sh", "-c", "exit 4") },
        new("binary-log", "it ends and has logged what is no text", "code 5") { Break = Breakage.Running("sh", "-c", @"printf '\033[31m\000\377\376\n'; exit 5") },
        new("out-of-memory", "it wants 200 MB and may have 16 MB", "memory")
        {
            Break = Breakage.With(member => member with { Memory = 16 << 20, Command = ["dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"] }),
        },
        new("not-executable", "its command is no program", "index.html") { Break = Breakage.Running("/www/index.html") },
        new("no-command", "its command is not there", "no-such-program") { Break = Breakage.Running("/bin/no-such-program") },
        new("wrong-port", "it serves at 5999, and is asked at 5551", "5999") { Break = Breakage.Running("serve", "5999") },
        new("loopback-only", "it serves at 127.0.0.1, which only it reaches", "0.0.0.0") { Break = Breakage.Running("serve", "127.0.0.1:5551") },
        new("serves-nothing", "it runs and serves nothing", "nothing listens") { Break = Breakage.Running("sleep", "600") },
        new("wrong-path", "it is asked at a path that it does not know", "404") { Break = Breakage.AskedAt("/ready") },
        new("status-500", "it answers 500", "500") { Break = Breakage.AskedAt("/cgi-bin/status?500") },
        new("status-301", "it answers 301, and only 200 is good", "301") { Break = Breakage.AskedAt("/cgi-bin/status?301") },
        new("hangs-on-accept", "it takes the connection and answers nothing", "never answers") { Break = Breakage.Running("nc", "-ll", "-p", "5551", "-e", "/bin/sleep", "600") },
        new("hangs-in-body", "it answers 200 and never ends", "do not end") { Break = Breakage.AskedAt("/cgi-bin/stall") },
        new("flaps", "it answers 200 and 500 in turn, and three in a row are wanted", "in a row")
        {
            Break = Breakage.With(member => member with { Probe = member.Probe with { Path = "/cgi-bin/flap", Successes = 3 } }),
        },
        new("slow-start", "it serves after a second, which is soon enough", "ready") { Break = Breakage.Running("sh", "-c", "sleep 1; exec serve 5551"), ComesUp = true },
        new("dies-in-use", "it answers 200 once and then dies", "code 9")
        {
            Break = Breakage.Running("sh", "-c", "httpd -f -v -p 5551 -h /www 2>/tmp/log & : >>/tmp/log; until grep -q response:200 /tmp/log; do sleep 0.05; done; sleep 1; echo out of ideas; exit 9"),
            ComesUp = true,
            DiesInUse = true,
        },
        new("image-missing", "its image is not here and may not be fetched", "no-such-image") { Break = Breakage.With(member => member with { Image = "hale-sample/no-such-image:1" }) },
        new("name-in-use", "another container has its name", "in use") { Prepare = TakeNameAsync },
        new("network-missing", "a network that others should have made is not there", "no-such-network") { Break = spec => spec with { Networks = [new("others") { External = "no-such-network" }] } },
        new("volume-fails", "the command that fills a volume ends with exit code 2", "code 2")
        {
            Break = Seeded("sh", "-c", "echo half >/template/README.md; echo the archive is damaged; exit 2"),
        },
        new("volume-half-full", "a run that was killed has left a volume half full", "never completely filled") { Prepare = LeaveHalfAsync, ComesUp = true },
    ];

    private static Func<ContainerGroupSpec, ContainerGroupSpec> Seeded(params string[] command) => spec => spec with
    {
        Volumes = [.. spec.Volumes.Select(volume => volume.Seed is { } seed ? volume with { Seed = seed with { Command = command } } : volume)],
    };

    private static async Task<Func<Task>> TakeNameAsync(ContainerEngine engine, ContainerGroupSpec spec)
    {
        var other = await engine.Containers.CreateAsync(ContainerGroupNames.Member(spec.Session, Breakage.Member, 1), new() { Image = Images.Of("processor") });
        return () => engine.Containers.RemoveAsync(other.Id, force: true);
    }

    // What a kill between making and filling leaves: the volume, and nothing that says it is complete.
    private static async Task<Func<Task>> LeaveHalfAsync(ContainerEngine engine, ContainerGroupSpec spec)
    {
        var volume = spec.Volumes.First(volume => volume.Seed is not null);
        var labels = ContainerGroupLabels.Of(spec.Session, ContainerGroupRole.Volume, "killed", volume.Name);
        labels[ContainerGroupLabels.Recipe] = ContainerGroupRecipe.Of(volume);
        await engine.Volumes.CreateAsync(ContainerGroupNames.Volume(spec.Session, volume.Name), labels);
        return () => Task.CompletedTask;
    }
}
