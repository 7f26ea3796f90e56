using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hale.Web;

namespace Hale.Cli.Verbs;

/// <summary><c>hale version</c></summary>
internal static class VersionVerb
{
    public static Command Create(Surroundings surroundings) => new Verb(
        "version",
        "Print the version",
        ("hale version", ""),
        ("hale version --json", "for scripts"))
        .Does(surroundings, call =>
        {
            surroundings.Out.WriteLine(call.WantsJson
                ? JsonSerializer.Serialize(new VersionReport(Product.Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.RuntimeIdentifier), CliJson.Default.VersionReport)
                : $"hale {Product.Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
            return Task.FromResult(ExitCode.Good);
        });
}
