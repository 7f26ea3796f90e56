using System.CommandLine;
using Hale.Core.Model;
using Hale.Web.Door;
using Hale.Web.Hosting;

namespace Hale.Cli.Verbs;

/// <summary><c>hale door</c></summary>
internal static class DoorVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var store = StoreOption.Create();
        var listen = new Option<string>("--listen") { Description = $"HOST:PORT; port 0 lets the system choose. Default {DoorHost.UsualListen}", HelpName = "ADDRESS", DefaultValueFactory = _ => DoorHost.UsualListen };
        var rate = new Option<int>("--rate") { Description = "Requests per minute of one client. Default 600", HelpName = "COUNT", DefaultValueFactory = _ => 600 };
        return new Verb(
            "door",
            "Let users in once their machines are warm: pages and answers at /join/SESSION/ROLE",
            ("hale door --store sqlite:sessions.db", "on this machine, for a proxy in front"),
            ("hale door --store 'dynamodb:meetings?region=eu-west-1' --listen 0.0.0.0:7412", "for everybody who knows a session's id"))
        {
            store,
            listen,
            rate,
        }.With("""
            Who knows the id of a session may ask, so ids are long and random. The door
            speaks plain HTTP; put what speaks TLS in front of it. Behind a proxy all
            clients have one address: raise --rate, and limit in the proxy.
            """).Does(surroundings, async call =>
        {
            if (call.Get(rate) is < 1 or > 1_000_000)
                throw new CommandException(ExitCode.Usage, "--rate is a number from 1 to 1000000.");
            await using var sessions = StoreOption.Open(call, store);
            using var signals = new StopSignals(surroundings);
            try
            {
                var options = new DoorOptions { Rate = new Budget(call.Get(rate), TimeSpan.FromMinutes(1)), Time = surroundings.Time };
                await using var host = await DoorHost.StartAsync(sessions, call.Get(listen)!, options, signals.Token);
                call.Screen.Line($"The door is at {host.Address}join/SESSION/ROLE, for the sessions in {sessions.Address}; Ctrl-C closes it");
                await Task.Delay(Timeout.InfiniteTimeSpan, signals.Token);
                return ExitCode.Good;
            }
            catch (WebHostException exception)
            {
                throw new CommandException(ExitCode.Usage, exception.Message.Replace("hale.listen", "--listen", StringComparison.Ordinal));
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                return ExitCode.Good;
            }
        });
    }
}
