using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Hale.Config;
using Hale.Running;
using Hale.Testing;
using Hale.Web.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hale.Tests.Web;

/// <summary>Export to a receiver that decodes OTLP's protobuf, from a real daemon.</summary>
public sealed class OtlpTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collector_receives_own_figures_and_what_checks_measure()
    {
        await using var receiver = await Receiver.StartAsync();
        using var scratch = new Scratch();
        var plan = Load(scratch, $$"""
            hale: { state: {{scratch["state"]}}, listen: off, otlp: { endpoint: "{{receiver.Address}}", headers: { Authorization: Bearer a secret }, every: 1s } }
            targets: { otlp-test: { checks: { disk: { path: /, every: 1s } } } }
            alarms: { OtlpTest: { metric: otlp-test/disk.used, above: 101% } }
            """);
        await using var daemon = await Daemon.StartAsync(plan, TimeProvider.System, Cancel);
        using var export = OtlpExport.Start(plan.Daemon.Otlp, _ => { });
        await Eventually.HoldsAsync(() => receiver.Find("hale.check.measurement", "target", "otlp-test") is not null, "the measurement arrived");

        var used = receiver.Points.Where(point => point.Name == "hale.check.measurement" && point.Tags["target"] == "otlp-test" && point.Tags["name"] == "used").Select(point => point.Value);
        Assert.All(used, value => Assert.InRange(value, 0.01, 100));
        Assert.Equal("percent", receiver.Find("hale.check.measurement", "name", "used")!.Tags["unit"]);
        Assert.Equal("Hale", receiver.Find("hale.check.measurement", "target", "otlp-test")!.Scope);
        Assert.Equal("hale", receiver.Services.Distinct().Single());
        Assert.NotNull(receiver.Find("hale.schedule.lag", "quantile", "0.99"));
        Assert.NotNull(receiver.Find("hale.alarm.state", "alarm", "OtlpTest"));
        Assert.NotNull(receiver.Find("hale.journal.size"));
        await Eventually.HoldsAsync(() => receiver.Find("hale.observations") is { Value: > 0 }, "the counter of observations arrived");
        Assert.All(receiver.Headers, header => Assert.Equal("Bearer a secret", header));
        await Eventually.HoldsAsync(() => export!.Taken > 0, "an export was counted");
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_told_of_once_and_so_is_its_return()
    {
        var port = LoopbackPort();
        var said = new ConcurrentQueue<string>();
        using var scratch = new Scratch();
        var plan = Load(scratch, $$"""
            hale: { state: {{scratch["state"]}}, listen: off, otlp: { endpoint: "http://127.0.0.1:{{port}}", every: 1s } }
            targets: { otlp-gone: { checks: { disk: { path: /, every: 1s } } } }
            """);
        await using var daemon = await Daemon.StartAsync(plan, TimeProvider.System, Cancel);
        using var export = OtlpExport.Start(plan.Daemon.Otlp, said.Enqueue);
        await Eventually.HoldsAsync(() => export!.Failed >= 2, "two exports failed");
        Assert.StartsWith("metrics cannot be exported: ", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(Core.Model.Health.Ok, daemon.Current.Targets[0].Health);

        await using var receiver = await Receiver.StartAsync(port);
        await Eventually.HoldsAsync(() => said.Count == 2, "the return of the receiver was told");
        Assert.Equal("metrics are exported again", said.Last());
    }

    [Fact]
    public void Nothing_is_exported_unless_it_is_configured() => Assert.Null(OtlpExport.Start(null, _ => { }));

    private static Plan Load(Scratch scratch, string yaml)
    {
        var loaded = new SpecLoader().LoadText(yaml, "hale.yaml", scratch.Path, _ => null);
        Assert.True(loaded.Plan is not null, string.Join('\n', loaded.Errors));
        return loaded.Plan;
    }

    private static int LoopbackPort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Point(string Scope, string Name, IReadOnlyDictionary<string, string> Tags, double Value);

    /// <summary>Takes <c>POST /v1/metrics</c> as the OTLP specification has it, and reads the fields of its messages by their numbers.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication app;

        private Receiver(WebApplication app) => this.app = app;

        public string Address => app.Urls.First();

        public ConcurrentQueue<Point> Points { get; } = new();

        public ConcurrentQueue<string> Services { get; } = new();

        public ConcurrentQueue<string> Headers { get; } = new();

        public static async Task<Receiver> StartAsync(int port = 0)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
            var receiver = new Receiver(builder.Build());
            receiver.app.MapPost("/v1/metrics", receiver.TakeAsync);
            await receiver.app.StartAsync(Cancel);
            return receiver;
        }

        public Point? Find(string name, string? tag = null, string? value = null) =>
            Points.LastOrDefault(point => point.Name == name && (tag is null || point.Tags.GetValueOrDefault(tag) == value));

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task TakeAsync(HttpContext context)
        {
            Assert.Equal("application/x-protobuf", context.Request.ContentType);
            var body = new MemoryStream();
            await (context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body).CopyToAsync(body);
            Headers.Enqueue(context.Request.Headers.Authorization.ToString());
            foreach (var resource in Fields(body.ToArray()).Where(field => field.Number == 1))
            {
                foreach (var attributes in Fields(resource.Bytes).Where(field => field.Number == 1))
                    if (Tags(attributes.Bytes, 1).TryGetValue("service.name", out var service))
                        Services.Enqueue(service);
                foreach (var scope in Fields(resource.Bytes).Where(field => field.Number == 2))
                    TakeScope(scope.Bytes);
            }
            context.Response.ContentType = "application/x-protobuf";
        }

        private void TakeScope(byte[] scope)
        {
            var name = Text(Fields(Fields(scope).First(field => field.Number == 1).Bytes), 1);
            foreach (var metric in Fields(scope).Where(field => field.Number == 2))
                foreach (var data in Fields(metric.Bytes).Where(field => field.Number is 5 or 7)) // gauge, sum
                    foreach (var point in Fields(data.Bytes).Where(field => field.Number == 1))
                        Points.Enqueue(new Point(name, Text(Fields(metric.Bytes), 1), Tags(point.Bytes, 7), Value(Fields(point.Bytes))));
        }

        private static double Value(List<Field> point) =>
            point.Find(field => field.Number == 4) is { Bytes: { Length: 8 } number } ? BitConverter.ToDouble(number) : BitConverter.ToInt64(point.Find(field => field.Number == 6).Bytes);

        private static Dictionary<string, string> Tags(byte[] message, int number) => Fields(message).Where(field => field.Number == number).Select(field => Fields(field.Bytes))
            .ToDictionary(pair => Text(pair, 1), pair => Text(Fields(pair.Find(field => field.Number == 2).Bytes), 1));

        private static string Text(List<Field> message, int number) => Encoding.UTF8.GetString(message.Find(field => field.Number == number).Bytes ?? []);

        /// <summary>The fields of a message on the wire: varints, 64 and 32 bits, and bytes.</summary>
        private static List<Field> Fields(byte[] message)
        {
            var fields = new List<Field>();
            for (var at = 0; at < message.Length;)
            {
                var key = Varint(message, ref at);
                var length = (key & 7) switch { 1 => 8, 5 => 4, 2 => (int)Varint(message, ref at), _ => 0 };
                if ((key & 7) == 0)
                    fields.Add(new((int)(key >> 3), BitConverter.GetBytes((long)Varint(message, ref at))));
                else
                    fields.Add(new((int)(key >> 3), message[at..(at += length)]));
            }
            return fields;
        }

        private static ulong Varint(byte[] message, ref int at)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                value |= (ulong)(message[at] & 0x7f) << shift;
                if (message[at++] < 0x80)
                    return value;
            }
        }

        private readonly record struct Field(int Number, byte[] Bytes);
    }
}
