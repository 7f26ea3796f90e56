using Hale.Config;
using Hale.Running;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class ReloadTests
{
    private static readonly ConfigDiff Diff = new(
        [
            new(DiffKind.Added, "target", "db", []),
            new(DiffKind.Changed, "check", "web/home", [new("http.url", "http://a/", "http://b/"), new("every", null, "10s")]),
            new(DiffKind.Removed, "target", "old", [], "its process is left running"),
        ],
        ["hale.listen"],
        []);

    private static readonly ConfigError Error = new("hale.yaml", 3, 5, "targets.web.chekcs", "chekcs", "unknown key \"chekcs\"", "did you mean \"checks\"?");

    [Fact]
    public async Task A_reload_shows_what_changed()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Reloaded = new(true, "done", Diff, [], []);
        var result = await cli.RunAsync("reload");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("""
            + target db
            ~ check web/home
                http.url: http://a/ -> http://b/
                every: (not written) -> 10s
            - target old
                its process is left running
            ! hale.listen takes effect only when Hale is started again
            Nothing else changes.

            """, result.Out);
        Assert.StartsWith("reload by", Assert.Single(cli.Daemon.Reloads));
    }

    [Fact]
    public async Task A_refused_reload_lists_every_error()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Reloaded = new(false, "refused", null, [Error, Error with { Line = 9 }], []);
        var result = await cli.RunAsync("reload");
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains("hale.yaml:3:5: targets.web.chekcs: unknown key \"chekcs\"; did you mean \"checks\"?\nhale.yaml:9:5:", result.Error);
        Assert.Contains("2 errors; the configuration in force goes on", result.Error);
    }

    [Fact]
    public async Task A_diff_asks_and_changes_nothing_and_its_exit_code_tells()
    {
        await using var cli = await new CliFixture().ServeAsync();
        Assert.Equal(0, (await cli.RunAsync("config", "diff")).ExitCode);
        cli.Daemon.Reloaded = new(true, "would change", Diff, [], []);
        Assert.Equal(1, (await cli.RunAsync("config", "diff")).ExitCode);
        cli.Daemon.Reloaded = new(false, "refused", null, [Error], []);
        var refused = await cli.RunAsync("config", "diff", "--json");
        Assert.Equal((2, ""), (refused.ExitCode, refused.Error));
        Assert.Contains("\"taken\": false", refused.Out);
        Assert.All(cli.Daemon.Reloads, asked => Assert.StartsWith("rehearsal by", asked));
    }

    [Fact]
    public async Task Two_files_are_compared_without_a_daemon_and_secrets_are_not_shown()
    {
        await using var cli = new CliFixture();
        cli.Environment["OLD_SECRET"] = "first-secret-value";
        cli.Environment["NEW_SECRET"] = "other-secret-value";
        await File.WriteAllTextAsync(Path.Combine(cli.Directory, "a.yaml"), """
            targets:
              web:
                checks:
                  home: { http: "http://user:hunter2@localhost/", every: 60s }
                  disk: { path: / }
            defaults: { timeout: 5s }
            hale: { token: "${OLD_SECRET}" }
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(cli.Directory, "b.yaml"), """
            targets:
              web:
                checks:
                  home: { http: "http://user:hunter3@localhost/", every: 1m }
                  disk: { path: / }
            defaults: { timeout: 6s }
            hale: { token: "${NEW_SECRET}" }
            """, TestContext.Current.CancellationToken);
        var result = await cli.RunAsync("config", "diff", "a.yaml", "b.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain("hunter", result.Out);
        Assert.DoesNotContain("secret-value", result.Out);
        Assert.DoesNotContain("every", result.Out);
        Assert.Contains("http://***@localhost/", result.Out);
        Assert.Contains("token: ${OLD_SECRET} -> ${NEW_SECRET}", result.Out);
        Assert.Contains("~ check web/disk\n    timeout: 5s -> 6s (inherited)", result.Out);
        Assert.Contains("! hale.token takes effect only when Hale is started again", result.Out);
    }

    [Fact]
    public async Task One_file_alone_cannot_be_compared()
    {
        await using var cli = new CliFixture();
        Assert.Equal(2, (await cli.RunAsync("config", "diff", "a.yaml")).ExitCode);
    }

    [Fact]
    public async Task Status_says_where_what_runs_is_not_what_stands_in_the_file()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Figures = cli.Daemon.Figures with
        {
            Configuration = new ConfigurationState
            {
                LoadedAt = cli.Daemon.Current.At.ToUtc() - TimeSpan.FromHours(2),
                Refused = new(cli.Daemon.Current.At.ToUtc(), [Error, Error]),
                NeedsRestart = ["hale.listen"],
                OldProcesses = ["web"],
                Unwatched = ["old (process 4711)"],
            },
        };
        var result = await cli.RunAsync("status");
        Assert.Contains("! The configuration on disk is refused: 2 errors, first hale.yaml:3:5: targets.web.chekcs", result.Out);
        Assert.Contains("the one from 2h ago goes on", result.Out);
        Assert.Contains("! hale.listen has changed", result.Out);
        Assert.Contains("'hale restart web'", result.Out);
        Assert.Contains("! old (process 4711) has left the configuration", result.Out);
    }
}
