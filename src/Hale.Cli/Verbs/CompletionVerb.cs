using System.CommandLine;

namespace Hale.Cli.Verbs;

/// <summary><c>hale completion</c></summary>
internal static class CompletionVerb
{
    /// <summary>The shells that there is a script for.</summary>
    public static readonly string[] Shells = ["bash", "zsh", "fish"];

    public static Verb Create(Surroundings surroundings)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong(Shells);
        return new Verb(
            "completion",
            "Print a script that lets a shell complete verbs, options and targets",
            ("hale completion fish > ~/.config/fish/completions/hale.fish", "once"),
            ("source <(hale completion bash)", "in ~/.bashrc"),
            ("source <(hale completion zsh)", "in ~/.zshrc, after compinit"))
        {
            shell,
        }.Does(surroundings, call =>
        {
            surroundings.Out.Write(Script(call.Get(shell)!));
            return Task.FromResult(ExitCode.Good);
        });
    }

    /// <summary>The script for a shell.</summary>
    public static string Script(string shell)
    {
        using var resource = typeof(CompletionVerb).Assembly.GetManifestResourceStream($"completion/hale.{shell}")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
