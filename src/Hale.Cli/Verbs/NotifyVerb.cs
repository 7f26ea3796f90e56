using System.CommandLine;
using Hale.Cli.Output;
using Hale.Config;
using Hale.Telling;
using Hale.Web.Contract;

namespace Hale.Cli.Verbs;

/// <summary><c>hale notify test</c></summary>
internal static class NotifyVerb
{
    public static Command Create(Surroundings surroundings) => new Verb(
        "notify",
        "Test the channels over which people are told",
        ("hale notify test ops", "sends a notice that is marked as a test"))
    {
        Test(surroundings),
    };

    private static Verb Test(Surroundings surroundings)
    {
        var channel = Arguments.Required("CHANNEL", "Name of the channel, as under tell:");
        return new Verb(
            "test",
            "Send a notice that is marked as a test, and show what came of it",
            ("hale notify test ops", "through the Hale that runs, or without one straight from the configuration"))
        {
            channel,
        }.Does(surroundings, async call =>
        {
            var name = call.Get(channel)!;
            using var daemon = call.Daemon();
            var test = await daemon.IsRunningAsync(call.Cancel) ? await daemon.TestChannelAsync(name, call.Cancel)
                : call.NamesDaemon ? throw new CommandException(ExitCode.Unknown, "No Hale answers there.")
                : await AloneAsync(call, name);
            if (call.WantsJson)
                call.WriteJson(test, json => json.ChannelTestDto);
            else if (test.Delivered)
                call.Screen.Line(new Piece("delivered", Tone.Good), $": {test.Channel}: {test.Detail}");
            else
                call.Screen.Line(new Piece("not delivered", Tone.Bad), $": {test.Channel}: {test.Detail}");
            if (!test.Delivered && !call.WantsJson)
                call.Surroundings.Error.WriteLine($"hale: check what stands under tell.{name}, and that the receiver can be reached from here");
            return test.Delivered ? ExitCode.Good : ExitCode.Bad;
        });
    }

    private static async Task<ChannelTestDto> AloneAsync(Call call, string name)
    {
        var channels = call.LoadPlan(call.ConfigFile()).Channels;
        if (channels.FirstOrDefault(each => each.Name == name) is not { } plan)
        {
            var guess = Spelling.Closest(name, channels.Select(each => each.Name));
            throw new CommandException(ExitCode.Usage, $"No channel is named '{name}'. {(guess is not null ? $"Did you mean '{guess}'?" : channels.Count == 0 ? "None is configured: name one under tell:." : $"There are {string.Join(", ", channels.Select(each => each.Name))}.")}");
        }
        var delivery = await plan.TryAsync(Letter.Test("hale notify test", call.Surroundings.Time.GetUtcNow()), call.Surroundings.Time, call.Cancel);
        return new ChannelTestDto(name, delivery.Outcome == DeliveryOutcome.Delivered, delivery.Detail);
    }
}
