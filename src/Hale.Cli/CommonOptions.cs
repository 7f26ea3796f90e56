using System.CommandLine;

namespace Hale.Cli;

/// <summary>The options that every verb has.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = "Configuration. Default: $HALE_CONFIG, ./hale.yaml, /etc/hale/hale.yaml",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<string?> Env = new("--env")
    {
        Description = "Lay hale.NAME.yaml over hale.yaml. Default: $HALE_ENV",
        HelpName = "NAME",
        Recursive = true,
    };

    public static readonly Option<string?> Socket = new("--socket")
    {
        Description = "Socket of the daemon. Default: hale.sock in the configuration's state folder",
        HelpName = "PATH",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print JSON",
        Recursive = true,
    };

    public static readonly Option<bool> NoColor = new("--no-color")
    {
        Description = "Plain text; also with NO_COLOR, and when the output is not a terminal",
        Recursive = true,
    };
}
