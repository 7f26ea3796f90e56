namespace Hale.Cli.Verbs;

/// <summary><c>hale ping</c></summary>
internal static class PingVerb
{
    public static Verb Create(Surroundings surroundings) => new Verb(
        "ping",
        "Say whether a running Hale answers and its loop moves, whatever it watches",
        ("hale ping", "as the health check of a container"),
        ("hale ping || systemctl restart hale", ""))
        .Does(surroundings, async call =>
        {
            using var daemon = call.Daemon();
            if (await daemon.StuckAsync(call.Cancel) is { } why)
                throw new CommandException(ExitCode.Bad, why);
            call.Screen.Line("alive");
            return ExitCode.Good;
        });
}
