using Hale.Core.Model;
using Hale.Readiness;
using Hale.Web;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = WebApplication.CreateBuilder(args);
var inventory = builder.Configuration["Inventory"] ?? "http://localhost:5551/";
var orders = Directory.CreateDirectory(builder.Configuration["Orders"] ?? "orders").FullName;

// What the shop cannot even start without: here, that a migration has left its mark.
if (builder.Configuration["StartAfter"] is { } mark)
    await Ready.WhenAsync($"file:{mark}", TimeSpan.FromSeconds(60));

var often = new CheckOptions { Every = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(2), Fall = 2 };
builder.Services.AddHale(hale =>
{
    // One of Hale's own probes, and one in code.
    hale.Target("inventory").Check("http", "http", inventory, often);
    hale.Target("orders").Check("backlog", _ => Task.FromResult(Backlog(orders)), often);
    // The health checks that the application has anyway.
    hale.Target("shop").WatchHealthChecks(often);
    hale.ReadyNeeds("inventory");
});
builder.Services.AddHealthChecks()
    .AddCheck("disk", () => new DriveInfo(orders).AvailableFreeSpace > 1 << 20 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("less than 1 MB is free"))
    .AddHale("inventory")
    .AddHale("orders", failureStatus: HealthStatus.Degraded);

var app = builder.Build();
app.MapHale("/hale");
app.MapHaleHealth();
app.MapHealthChecks("/health");
app.MapGet("/", () => "A shop. /readyz says whether it can sell, /hale/api/v1/overview why not.\n");
app.Run();

static ProbeResult Backlog(string folder)
{
    var waiting = Directory.GetFiles(folder).Length;
    return waiting < 10
        ? ProbeResult.Pass($"{waiting} orders wait", new Measurement("waiting", waiting, Unit.Count))
        : ProbeResult.Fail($"{waiting} orders wait", new Measurement("waiting", waiting, Unit.Count));
}
