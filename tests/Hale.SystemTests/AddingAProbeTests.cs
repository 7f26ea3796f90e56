using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary><c>samples/adding-a-probe</c>, built and used as its README says.</summary>
public sealed class AddingAProbeTests(SampleAssembly sample) : IClassFixture<SampleAssembly>
{
    // Without the HTTP API, whose port can be had only once.
    private static string Configuration() =>
        "\n" + File.ReadAllText(Path.Combine(SampleAssembly.Source, "hale.yaml")).Replace("hale:\n", "hale:\n  listen: off\n", StringComparison.Ordinal);

    [Fact]
    public async Task The_sample_s_kind_is_known_to_every_verb()
    {
        await using var run = new HaleRun(Configuration());
        sample.CopyTo(run.At("bin/Release/net10.0"));
        Directory.CreateDirectory(run.At("spool"));

        var check = await run.HaleAsync("config", "check");
        Assert.True(check.ExitCode == 0, check.ToString());
        var schema = await run.HaleAsync("config", "schema");
        Assert.Contains("\"probe.spool\"", schema.Output, StringComparison.Ordinal);
        var empty = await run.HaleAsync("check", "--verbose");
        Assert.True(empty.ExitCode == 0, empty.ToString());
        Assert.Contains("0 waiting", empty.Output, StringComparison.Ordinal);

        for (var i = 0; i < 3; i++)
            run.Write($"spool/{i}.msg", "mail");
        var degraded = await run.HaleAsync("check", "--verbose");
        Assert.Contains("3 waiting", degraded.Output, StringComparison.Ordinal);
        Assert.Contains("degraded", degraded.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_plugin_that_is_not_built_is_an_error_with_its_place()
    {
        await using var run = new HaleRun(Configuration());
        var check = await run.HaleAsync("config", "check");
        Assert.Equal(2, check.ExitCode);
        Assert.Contains("hale.yaml:4:13: hale.plugins[0]: ", check.Error, StringComparison.Ordinal);
        Assert.Contains("there is no such file; build it, or correct the path", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_Hale_tries_it()
    {
        await using var run = new HaleRun(Configuration().Replace("warn: 3", "warn: 3\n        every: 1s", StringComparison.Ordinal));
        sample.CopyTo(run.At("bin/Release/net10.0"));
        Directory.CreateDirectory(run.At("spool"));
        await run.StartAsync();
        await run.UntilAsync("mail", "mail is ok", target => target.Health == Core.Model.Health.Ok);
    }
}
