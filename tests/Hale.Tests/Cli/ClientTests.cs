using System.Net.Sockets;
using Hale.Cli.Client;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class ClientTests
{
    [Theory]
    [InlineData("status")]
    [InlineData("explain web")]
    [InlineData("history")]
    [InlineData("pause web")]
    [InlineData("heal --dry-run")]
    public async Task Without_a_daemon_it_could_not_tell_and_says_how_to_start_one(string line)
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync(line.Split(' '));
        Assert.Equal((3, ""), (result.ExitCode, result.Out));
        Assert.Contains("No Hale is running", result.Error);
        Assert.Contains($"hale run --config {cli.Config}", result.Error);
    }

    [Fact]
    public async Task A_socket_that_nobody_answers_at_is_explained()
    {
        await using var cli = new CliFixture();
        Directory.CreateDirectory(Path.GetDirectoryName(cli.SocketPath)!);
        using var bound = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        bound.Bind(new UnixDomainSocketEndPoint(cli.SocketPath));
        var result = await cli.RunAsync("status");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("nobody answers", result.Error);
        Assert.Contains("hale run", result.Error);
    }

    [Fact]
    public async Task Somebody_else_at_the_socket_is_not_mistaken_for_Hale()
    {
        await using var cli = new CliFixture();
        Directory.CreateDirectory(Path.GetDirectoryName(cli.SocketPath)!);
        using var stranger = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        stranger.Bind(new UnixDomainSocketEndPoint(cli.SocketPath));
        stranger.Listen();
        var served = Task.Run(async () =>
        {
            using var connection = await stranger.AcceptAsync(TestContext.Current.CancellationToken);
            await connection.SendAsync("220 mail ready\r\n"u8.ToArray());
        }, TestContext.Current.CancellationToken);
        var result = await cli.RunAsync("status");
        await served;
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("not one of a Hale", result.Error);
    }

    [Fact]
    public async Task The_socket_is_found_by_the_configuration_wherever_that_is_named()
    {
        await using var cli = await new CliFixture().ServeAsync();
        Assert.Equal(0, (await cli.RunAsync("status", "web")).ExitCode);
        Assert.Equal(0, (await cli.RunAsync("status", "web", "-c", "hale.yaml")).ExitCode);
        Assert.Equal(0, (await cli.RunAsync("--config", cli.Config, "status", "web")).ExitCode);
        Assert.Equal(0, (await cli.RunAsync("status", "web", "--socket", ".hale/hale.sock")).ExitCode);
        cli.Environment["HALE_CONFIG"] = Path.Combine(cli.Directory, "elsewhere", "hale.yaml");
        var elsewhere = await cli.RunAsync("status", "web");
        Assert.Equal(3, elsewhere.ExitCode);
        Assert.Contains("elsewhere/.hale/hale.sock", elsewhere.Error);
    }

    [Fact]
    public async Task A_broken_check_in_the_configuration_does_not_keep_from_asking_the_daemon()
    {
        await using var cli = await new CliFixture().ServeAsync();
        await File.WriteAllTextAsync(cli.Config, "targets: { web: { chekcs: 1 } }\nhale: { state: .hale }\nrest: [", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await cli.RunAsync("status", "web")).ExitCode);
    }

    [Theory]
    [InlineData("targets: {}\n", "/etc/hale/.hale/hale.sock")]
    [InlineData("hale: { state: /var/lib/hale }\n", "/var/lib/hale/hale.sock")]
    [InlineData("targets:\n  a: { b: [1, {c: 2}] }\nhale:\n  listen: off\n  state: ../run\n", "/etc/run/hale.sock")]
    [InlineData("hale:\n  state: ${HALE_STATE}/x\n", "/srv/x/hale.sock")]
    [InlineData("hale: text\n", "/etc/hale/.hale/hale.sock")]
    [InlineData("- a list\n", "/etc/hale/.hale/hale.sock")]
    [InlineData("", "/etc/hale/.hale/hale.sock")]
    [InlineData("\t{{{", "/etc/hale/.hale/hale.sock")]
    public void The_state_folder_is_read_from_the_file_alone(string yaml, string socket) =>
        Assert.Equal(socket, StateFolder.SocketOf(new StringReader(yaml), "/etc/hale", name => name == "HALE_STATE" ? "/srv" : null));
}
