using System.Globalization;
using System.Net;
using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>The <c>hale:</c> section.</summary>
internal static class DaemonSection
{
    private const int ShortestGoodToken = 16;

    public static DaemonSpec Read(Reading reading, Section section)
    {
        var values = section.Values;
        var token = values.Text("token");
        var listen = values.Text("listen");
        if (listen == "off")
            listen = null;
        else if (listen is not null)
            CheckListen(reading, section, listen, token);
        if (section.Find("token")?.Value is ScalarNode written && token is not null)
            CheckToken(reading, section.PathOf("token"), written, token);
        return new DaemonSpec
        {
            StateDirectory = values.Text("state") ?? "",
            Listen = listen,
            Token = token,
            Tokens = section.Find("tokens") is { } named ? TokenSection.Read(reading, named.Value, token) : [],
            Rate = values.Budget("rate") ?? new DaemonSpec { StateDirectory = "" }.Rate,
            Otlp = OtlpSection.Read(reading, section.Find("otlp"), section.PathOf("otlp")),
            Containers = ContainersSection.Read(reading, section.Find("containers"), section.PathOf("containers")),
            KeepObservations = values.Duration("keep_observations") ?? default,
            KeepHistory = values.Duration("keep_history") ?? default,
        };
    }

    private static void CheckListen(Reading reading, Section section, string listen, string? token)
    {
        var at = section.At("listen");
        var written = (section.Find("listen")?.Value as ScalarNode)?.Text ?? listen;
        var colon = listen.LastIndexOf(':');
        var host = colon < 0 ? "" : listen[..colon];
        if (host.Length == 0 || host.Contains('/', StringComparison.Ordinal) || !ushort.TryParse(listen.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            var port = listen.AsSpan(colon + 1);
            var suggestion = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _) && colon <= 0 ? $"did you mean \"127.0.0.1:{port}\"?" : null;
            reading.Problems.Add(at, section.PathOf("listen"), written, $"{ScalarNode.Quoted(written)} is not HOST:PORT; write for example 127.0.0.1:7411, or off", suggestion);
        }
        else if (!IsLoopback(host) && token is null && section.Find("token") is null && section.Find("tokens") is null)
            reading.Problems.Add(at, section.PathOf("listen"), written, $"{ScalarNode.Quoted(written)} can be reached from other machines, so a token is required", "add token: ${HALE_TOKEN}, or listen on 127.0.0.1");
    }

    /// <summary>Warns of a token that stands in the file or is easily guessed.</summary>
    public static void CheckToken(Reading reading, string path, ScalarNode written, string token)
    {
        if (!written.Text.Contains("${", StringComparison.Ordinal))
            reading.Problems.Warn(written.At, path, "", "the token is written in the file", "take it from ${HALE_TOKEN} or ${file:/run/secrets/hale}");
        if (token.Length < ShortestGoodToken)
            reading.Problems.Warn(written.At, path, "", $"the token is shorter than {ShortestGoodToken} characters", "make one with: openssl rand -hex 16");
    }

    /// <summary>By name or address only: what another name resolves to may change after the check.</summary>
    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
