using System.Globalization;
using Hale.Config;
using Hale.Processes;

namespace Hale.Telling;

/// <summary>Runs a command for each letter; exit code 0 is its word that the letter is delivered.</summary>
public sealed class ExecChannel : IChannel
{
    private const int Shown = 200;

    /// <summary>Linux takes 128 KiB in one variable; so many subjects of the longest texts fit.</summary>
    private const int MostItems = 50;

    private readonly CommandRunner runner;
    private readonly Settings settings;

    private ExecChannel(CommandRunner runner, Settings settings) => (this.runner, this.settings) = (runner, settings);

    /// <summary>The kind.</summary>
    public static ChannelKind Kind { get; } = new(
        "exec",
        "Runs a command of yours for each notice. Delivered when it exits with code 0; its process group is killed at the time-out.",
        [
            new("command", KeyType.Command, "Program and arguments, without a shell. It gets HALE_NOTICE_TITLE, _TEXT, _KIND, _SEVERITY, _SUBJECTS, _KEY, and the whole as _JSON, in its environment.")
                { Required = true, Shorthand = true },
            new("directory", KeyType.Path, "Working directory. Default: the one in which Hale was started."),
            new("environment", KeyType.TextMap, "Variables added to Hale's own environment."),
        ],
        settings => new ExecChannel(CommandRunner.Shared, settings));

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(Letter letter, TimeProvider time, CancellationToken cancel) => Judge(await runner.RunAsync(CommandFor(letter), time, cancel));

    private Command CommandFor(Letter letter) => new()
    {
        Argv = settings.List("command"),
        Directory = settings.Text("directory"),
        Environment = new Dictionary<string, string>(settings.Map("environment"))
        {
            ["HALE_NOTICE_JSON"] = LetterText.Json(letter, MostItems),
            ["HALE_NOTICE_KEY"] = letter.Key,
            ["HALE_NOTICE_KIND"] = letter.Kind,
            ["HALE_NOTICE_SEVERITY"] = letter.Severity,
            ["HALE_NOTICE_SUBJECTS"] = string.Join(' ', letter.Items.Take(LetterText.MostListed).Select(item => item.Subject)),
            ["HALE_NOTICE_TITLE"] = LetterText.Title(letter),
            ["HALE_NOTICE_TEXT"] = string.Join('\n', LetterText.Lines(letter)),
        },
        // The limit of the channel is over it and cancels; this one only has to be longer.
        Timeout = TimeSpan.FromHours(1),
    };

    private static Delivery Judge(CommandResult result)
    {
        var said = string.Concat((result.Error.Length > 0 ? result.Error : result.Output).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        var shown = said.Length == 0 ? "" : $": {(said.Length <= Shown ? said : said[..Shown] + "…")}";
        return result.IsSuccess
            ? Delivery.Done(string.Create(CultureInfo.InvariantCulture, $"exit code 0 after {result.Took.TotalSeconds:0.0} s{shown}"))
            : Delivery.Failed(result.Summary + shown);
    }
}
