using System.Text.Json.Nodes;
using Hale.Config;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Tests.Config;
using Hale.Tests.Probes;
using Xunit;

namespace Hale.Tests.Plugins;

/// <summary>Kinds of checks from outside.</summary>
public sealed class PluginTests : IDisposable
{
    private static readonly string Self = typeof(PluginTests).Assembly.Location;

    private readonly Scratch folder = new();

    public void Dispose() => folder.Dispose();

    private LoadResult Load(string plugins, string check, SpecLoader? loader = null) => (loader ?? new SpecLoader()).LoadText(
        $$"""
        hale: { plugins: {{plugins}} }
        targets: { it: { checks: { one: { {{check}} } } } }
        """, "hale.yaml", folder.Path, _ => null);

    private string Error(string plugins, SpecLoader? loader = null) => Load(plugins, "tcp: 'a:1'", loader).Errors.Single().ToString();

    [Fact]
    public async Task A_kind_of_a_plugin_is_like_any_other()
    {
        var loaded = Load($"[{Self}]", "echo: hello, warn: 4, fail: 9");
        Assert.True(loaded.Plan is not null, string.Join('\n', loaded.Errors));
        Assert.Equal(new Levels("length", 4, 9, false), loaded.Plan.World.Checks[0].Levels);
        var result = await loaded.Plan.Probes[0]!.TryAsync();
        Assert.Equal((Outcome.Pass, "hello"), (result.Outcome, result.Evidence));
        // In a context of its own: not the class of this very assembly.
        Assert.IsNotType<EchoProbe>(loaded.Plan.Probes[0], exactMatch: false);
    }

    [Fact]
    public void Its_keys_are_checked_and_stand_in_the_schema()
    {
        var misspelt = Load($"[{Self}]", "echo: { sais: hello }").Errors;
        Assert.Contains("unknown key \"sais\"; did you mean \"says\"?", string.Join('\n', misspelt), StringComparison.Ordinal);
        var yaml = $$"""
            hale: { plugins: [{{Self}}] }
            targets: { it: { checks: { one: { echo: hello } } } }
            """;
        var kinds = new SpecLoader().LoadText(yaml, "hale.yaml", folder.Path, _ => null).Kinds;
        Assert.Contains(kinds, kind => kind.Name == "echo");
        Assert.Contains(kinds, kind => kind.Name == "http");
        Assert.Empty(SchemaCheck.Errors(JsonNode.Parse(SchemaWriter.Write(kinds, Registry.Remedies))!, yaml));
        Assert.NotEmpty(SchemaCheck.Errors(JsonNode.Parse(SchemaWriter.Write())!, yaml));
    }

    [Fact]
    public void A_plugin_that_is_not_there_or_none_is_refused_with_its_place()
    {
        Assert.Equal($"hale.yaml:1:19: hale.plugins[0]: {folder["absent.dll"]}: there is no such file; build it, or correct the path", Error("[absent.dll]"));
        File.WriteAllText(folder["text.dll"], "no assembly");
        Assert.Equal($"hale.yaml:1:18: hale.plugins: {folder["text.dll"]}: it is not a .NET assembly that this runtime can load", Error("text.dll"));
        var core = typeof(Outcome).Assembly.Location;
        Assert.EndsWith("it brings no kind of check: none of its public classes has a public static ProbeKind Kind", Error($"[{core}]"), StringComparison.Ordinal);
        Assert.Contains("found a mapping, expected a path or a list of paths", Error("{ a: b }"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plugin_that_everybody_may_change_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes");
            return;
        }
        File.Copy(typeof(Outcome).Assembly.Location, folder["open.dll"]);
        File.SetUnixFileMode(folder["open.dll"], UnixFileMode.UserRead | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        Assert.EndsWith("everybody may change it, and it would run with the rights of Hale; take that away with chmod o-w", Error("open.dll"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_of_a_name_that_is_taken_is_refused()
    {
        var error = Error($"[{Self}]", new SpecLoader([.. Registry.Probes, EchoProbe.Kind], Registry.Remedies));
        Assert.EndsWith($"{Self} brings a kind \"echo\", and Hale itself has one of that name; rename one of them", error, StringComparison.Ordinal);
        Assert.EndsWith($"{Self} brings a kind \"echo\", and {Self} has one of that name; rename one of them", Error($"[{Self}, {Self}]"), StringComparison.Ordinal);
    }
}
