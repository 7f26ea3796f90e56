using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Xunit;

namespace Hale.Tests.Config;

public sealed class SpecLoaderTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hale-config-");

    public void Dispose() => folder.Delete(recursive: true);

    private static LoadResult Load(string yaml, string baseDirectory = "/srv/app") => SampleKinds.Loader.LoadText(yaml, "hale.yaml", baseDirectory, CorpusTests.Environment);

    private static Plan Good(string yaml, string baseDirectory = "/srv/app")
    {
        var result = Load(yaml, baseDirectory);
        Assert.True(result.Plan is not null, string.Join('\n', result.Errors));
        return result.Plan;
    }

    private LoadResult LoadFile(string name, byte[] content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, content);
        return SampleKinds.Loader.Load(path, CorpusTests.Environment);
    }

    private const string Minimal = "targets: { web: { checks: { http: http://localhost/ } } }\n";

    [Fact]
    public void The_sketch_of_the_design_is_read_as_it_is_meant()
    {
        var plan = Good(File.ReadAllText(CorpusFiles.Path("good/01-orchestrator.yaml")));
        var world = plan.World;

        Assert.Equal(["orchestrator", "host"], world.Targets.Select(target => target.Name));
        Assert.Equal(["orchestrator/process", "orchestrator/activity", "host/cpu", "host/memory", "host/disk"], Enumerable.Range(0, world.Checks.Length).Select(world.NameOf));
        Assert.True(world.Targets[0].IsSupervised);
        Assert.Equal(TimeSpan.FromMinutes(10), world.Checks[1].Within);
        Assert.Equal(new Levels("used", 80, 95), world.Checks[2].Levels);
        Assert.Equal(["bash", "run-experiments.sh"], plan.Processes[0]!.Command);
        Assert.Equal(2, plan.Remedies[1].Count);
    }

    [Fact]
    public void Probes_and_remedies_stand_at_the_indices_of_their_specs()
    {
        var plan = Good(File.ReadAllText(CorpusFiles.Path("good/06-healing.yaml")));

        Assert.Equal(plan.World.Checks.Length, plan.Probes.Count);
        Assert.Equal(plan.World.Targets.Select(target => target.Ladder.Length), plan.Remedies.Select(ladder => ladder.Count));
        Assert.Equal(plan.World.Targets.Select(target => target.IsSupervised), plan.Processes.Select(process => process is not null));
        for (var t = 0; t < plan.World.Targets.Length; t++)
            Assert.All(plan.World.Targets[t].Checks, check => Assert.Equal(t, plan.World.Checks[check].Target));
    }

    [Fact]
    public void Nothing_probes_the_process_that_Hale_owns_nor_what_is_pushed()
    {
        var plan = Good("targets: { web: { process: web, checks: { heartbeat: { within: 1m }, load: } } }");

        Assert.Equal(["process", "heartbeat", "load"], plan.World.Checks.Select(check => check.Name));
        Assert.Equal([true, true, false], plan.Probes.Select(probe => probe is null));
    }

    [Fact]
    public void The_source_keeps_references_and_never_what_they_stand_for()
    {
        var yaml = "hale: { token: \"${SECRET}\" }\n" + Minimal;
        var plan = Good(yaml);

        Assert.Equal(yaml, plan.Source);
        Assert.Equal(CorpusTests.Environment("SECRET"), plan.Daemon.Token);
    }

    [Theory]
    [InlineData("correct horse battery\n", "correct horse battery")]
    [InlineData("correct horse battery\r\n", "correct horse battery")]
    [InlineData("two lines\nof a secret\n\n", "two lines\nof a secret\n")]
    [InlineData("has ${HOME} in it", "has ${HOME} in it")]
    public void A_secret_is_read_from_a_file_without_its_last_line_end_and_not_expanded_again(string content, string token)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "token"), content);

        Assert.Equal(token, Good("hale: { token: \"${file:token}\" }\n" + Minimal, folder.FullName).Daemon.Token);
    }

    [Fact]
    public void A_secret_file_larger_than_64_KiB_is_refused()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "token"), new string('x', (64 << 10) + 1));

        Assert.Equal("hale.yaml:1:16: hale.token: ${file:token} cannot be read: it is larger than 64KB",
            Assert.Single(Load("hale: { token: \"${file:token}\" }\n" + Minimal, folder.FullName).Errors).ToString());
    }

    [Fact]
    public void A_variable_with_a_blank_does_not_make_two_arguments()
    {
        var result = SampleKinds.Loader.LoadText("targets: { web: { process: \"serve ${DIR} now\" } }", "hale.yaml", "/", _ => "a b");

        Assert.Equal(["serve", "a b", "now"], result.Plan!.Processes[0]!.Command);
    }

    [Fact]
    public void A_file_is_read_with_its_folder_as_the_base_and_reading_it_makes_nothing()
    {
        var result = LoadFile("hale.yaml", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Minimal)]);

        Assert.Equal(Path.Combine(folder.FullName, ".hale"), result.Plan!.Daemon.StateDirectory);
        Assert.Equal(Minimal, result.Plan.Source);
        Assert.Single(folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_and_no_exception()
    {
        Assert.Contains("there is no such file", SampleKinds.Loader.Load(Path.Combine(folder.FullName, "missing.yaml"), _ => null).Errors.Single().Message, StringComparison.Ordinal);
        Assert.Contains("this is a folder", SampleKinds.Loader.Load(folder.FullName, _ => null).Errors.Single().Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", LoadFile("latin1.yaml", [.. Encoding.UTF8.GetBytes(Minimal), 0xE4, 0x0A]).Errors.Single().Message, StringComparison.Ordinal);
        Assert.Contains("larger than 4MB", LoadFile("large.yaml", Encoding.UTF8.GetBytes(Minimal + new string('#', SpecLoader.MaxFileBytes))).Errors.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_thousand_checks_are_read_and_one_more_is_refused()
    {
        static string Targets(int count) => "targets:\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"  t{i}: {{ checks: {{ load: }} }}\n"));

        Assert.Equal(20_000, Good(Targets(20_000)).World.Checks.Length);
        Assert.Equal("hale.yaml:20002:3: targets.t20000: more than 20000 checks up to here; share them among several Hales", Assert.Single(Load(Targets(20_001)).Errors).ToString());
    }

    [Fact]
    public void A_chain_of_ten_thousand_dependencies_is_no_circle()
    {
        var yaml = "targets:\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"  t{i}: {{ checks: {{ load: }}, depends_on: [t{Math.Min(i + 1, 9_999)}] }}\n"));

        Assert.Equal("targets depend on each other in a circle: t9999 → t9999", Assert.Single(Load(yaml).Errors).Message);
    }

    [Theory]
    [InlineData("127.0.0.1:0", true)]
    [InlineData("localhost:7411", true)]
    [InlineData("[::1]:7411", true)]
    [InlineData("127.8.8.8:7411", true)]
    [InlineData("0.0.0.0:7411", false)]
    [InlineData("[::]:7411", false)]
    [InlineData("*:7411", false)]
    [InlineData("10.0.0.1:7411", false)]
    [InlineData("localhost.example.org:7411", false)]
    public void Listening_off_loopback_needs_a_token(string address, bool isLoopback)
    {
        Assert.Equal(isLoopback, Load($"hale: {{ listen: \"{address}\" }}\n" + Minimal).Plan is not null);
        Assert.NotNull(Load($"hale: {{ listen: \"{address}\", token: \"${{SECRET}}\" }}\n" + Minimal).Plan);
    }

    [Fact]
    public void The_same_text_gives_the_same_seed_and_another_text_another()
    {
        Assert.Equal(Good(Minimal).World.Seed, Good(Minimal).World.Seed);
        Assert.NotEqual(Good(Minimal).World.Seed, Good(Minimal + "\n").World.Seed);
    }

    [Fact]
    public void What_a_factory_throws_is_an_error_with_a_place()
    {
        var loader = new SpecLoader([new ProbeKind("odd", "Throws.", [], _ => throw new InvalidOperationException("no such thing"))], SampleKinds.Remedies);

        Assert.Equal("hale.yaml:1:29: targets.web.checks.odd: cannot be set up: no such thing",
            Assert.Single(loader.LoadText("targets: { web: { checks: { odd: } } }", "hale.yaml", "/", _ => null).Errors).ToString());
    }
}
