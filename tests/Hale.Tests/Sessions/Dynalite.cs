using System.Diagnostics;
using System.Text.RegularExpressions;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Hale.Aws.Sessions;
using Hale.Sessions;
using Hale.Testing.Servers;
using Hale.Tests.Config;
using Hale.Tests.Web.Api;
using Xunit;

namespace Hale.Tests.Sessions;

/// <summary>The tests that share one dynalite.</summary>
[CollectionDefinition(nameof(Dynalite))]
public sealed class DynaliteCollection : ICollectionFixture<Dynalite>;

/// <summary>dynalite: DynamoDB's protocol, types and expressions in a process of its own, on a port that was free.</summary>
public sealed partial class Dynalite : IAsyncLifetime
{
    private Process? process;

    public string Endpoint { get; private set; } = "";

    /// <summary>Why it does not run; null when it does.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var folder = Path.Combine(CorpusFiles.Repository, "tests", "dynalite");
        Missing = await Npm.InstallAsync(folder, CancellationToken.None);
        if (Missing is not null)
            return;
        process = Process.Start(new ProcessStartInfo("node", ["node_modules/.bin/dynalite", "--host", "127.0.0.1", "--port", $"{Ports.Free()}", "--createTableMs", "0"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match)
                continue;
            Endpoint = $"http://127.0.0.1:{match.Groups[1].Value}";
            return;
        }
        Missing = "dynalite ended before it listened";
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>A table of its own with the given key; what an address of it has behind the name can be added.</summary>
    public async Task<string> TableAsync(string key = "id")
    {
        Assert.SkipWhen(Missing is not null, $"dynalite cannot be run here: {Missing}");
        var name = $"t{Guid.NewGuid():n}";
        using var client = Client();
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            KeySchema = [new KeySchemaElement(key, KeyType.HASH)],
            AttributeDefinitions = [new AttributeDefinition(key, ScalarAttributeType.S)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        });
        await Testing.Eventually.HoldsAsync(() => client.DescribeTableAsync(name).GetAwaiter().GetResult().Table.TableStatus == TableStatus.ACTIVE, "the table is there");
        return name;
    }

    public ISessionStore Store(string table, string more = "") => Stores.Open(Address(table, more));

    public string Address(string table, string more = "") => $"dynamodb:{table}?endpoint={Uri.EscapeDataString(Endpoint)}{more}";

    public static SessionStores Stores { get; } = new(new Dictionary<string, Func<SessionAddress, ISessionStore>> { [DynamoSessionStore.Scheme] = address => new DynamoSessionStore(address) });

    public AmazonDynamoDBClient Client() => new(new BasicAWSCredentials("local", "local"), new AmazonDynamoDBConfig { ServiceURL = Endpoint, AuthenticationRegion = "us-east-1" });

    // It takes port 0 for its usual one.
    [GeneratedRegex(@"(?i)listening at:? http://\S*:(\d+)")]
    private static partial Regex Listening();
}
