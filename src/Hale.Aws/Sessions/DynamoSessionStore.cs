using System.Globalization;
using System.Net;
using Amazon;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Hale.Core.Sessions;
using Hale.Sessions;

namespace Hale.Aws.Sessions;

/// <summary>
/// Session rows in a DynamoDB table with a partition key of text and no sort key: <c>dynamodb:TABLE?region=eu-west-1</c>. Every write is conditional and touches only the
/// attributes that differ, so a table that other programs write to stays theirs. Needs <c>GetItem</c>, <c>PutItem</c> and <c>UpdateItem</c>.
/// </summary>
/// <remarks>
/// Options: <c>region</c> (default: that of the environment), <c>endpoint</c> (another server of the same protocol), <c>timeout</c> in milliseconds (default 4000),
/// <c>roles=ROLE,ROLE</c> for rows that do not say who takes part, <c>attribute.NAME</c> for the names of attributes. Credentials come as for every AWS program.
/// </remarks>
public sealed class DynamoSessionStore : ISessionStore
{
    /// <summary>Its kind in an address.</summary>
    public const string Scheme = "dynamodb";

    private static readonly string[] Options = ["region", "endpoint", "timeout", "roles"];

    private readonly AmazonDynamoDBClient client;
    private readonly TableLayout layout;
    private readonly RowItem items;
    private readonly TimeSpan timeout;

    /// <summary>Stands for a table; nothing is asked of it yet.</summary>
    /// <exception cref="SessionStoreException">An option of the address means nothing here, or there is no region.</exception>
    public DynamoSessionStore(SessionAddress address)
    {
        if (address.Options.Keys.FirstOrDefault(option => !Options.Contains(option) && !option.StartsWith(TableLayout.Option, StringComparison.Ordinal)) is { } unknown)
            throw new SessionStoreException($"A DynamoDB store has no option '{unknown}'. There are: {string.Join(", ", Options)}, {TableLayout.Option}NAME, names, name.STATUS.");
        Address = address;
        layout = TableLayout.Of(address);
        items = new RowItem(layout, address.Names);
        timeout = Timeout(address);
        client = Client(address, timeout);
    }

    /// <inheritdoc/>
    public SessionAddress Address { get; }

    /// <inheritdoc/>
    public Task<StoredSession?> GetAsync(string id, CancellationToken cancel) => AskAsync(async inner =>
    {
        // Consistent: a verdict that was written is not to be overlooked by the door.
        var response = await client.GetItemAsync(new GetItemRequest { TableName = Address.Name, Key = Key(id), ConsistentRead = true }, inner);
        return response.Item is { Count: > 0 } item ? items.Read(item) : null;
    }, cancel);

    /// <inheritdoc/>
    public Task<bool> CreateAsync(SessionRow row, CancellationToken cancel)
    {
        var item = Key(row.Id);
        foreach (var (name, value) in items.Write(row))
        {
            if (value is not null)
                item[name] = value;
        }
        return WriteAsync(inner => client.PutItemAsync(new PutItemRequest
        {
            TableName = Address.Name,
            Item = item,
            ConditionExpression = "attribute_not_exists(#key)",
            ExpressionAttributeNames = new() { ["#key"] = layout.Key },
        }, inner), cancel);
    }

    /// <inheritdoc/>
    public Task<bool> ReplaceAsync(StoredSession was, SessionRow next, CancellationToken cancel)
    {
        var names = new Dictionary<string, string> { ["#key"] = layout.Key, ["#version"] = layout.Version, ["#status"] = layout.Status };
        var values = new Dictionary<string, AttributeValue>();
        var (sets, removes) = (new List<string>(), new List<string>());
        // A row that another program made has no version: its first difference is that it gets one.
        foreach (var (name, value) in items.Differences(was.Row, next))
        {
            var number = (sets.Count + removes.Count).ToString(CultureInfo.InvariantCulture);
            names[$"#a{number}"] = name;
            if (value is null)
            {
                removes.Add($"#a{number}");
                continue;
            }
            values[$":a{number}"] = value;
            sets.Add($"#a{number} = :a{number}");
        }
        var condition = "attribute_exists(#key) and ";
        condition += was.Row.Version > 0 ? "#version = :wasVersion" : "attribute_not_exists(#version)";
        condition += was.StatusText is null ? " and attribute_not_exists(#status)" : " and #status = :wasStatus";
        if (was.Row.Version > 0)
            values[":wasVersion"] = new AttributeValue { N = was.Row.Version.ToString(CultureInfo.InvariantCulture) };
        if (was.StatusText is { } status)
            values[":wasStatus"] = new AttributeValue(status);
        return WriteAsync(inner => client.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = Address.Name,
            Key = Key(next.Id),
            UpdateExpression = $"set {string.Join(", ", sets)}{(removes.Count > 0 ? $" remove {string.Join(", ", removes)}" : "")}",
            ConditionExpression = condition,
            ExpressionAttributeNames = names,
            ExpressionAttributeValues = values,
        }, inner), cancel);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TimeSpan Timeout(SessionAddress address)
    {
        if (!address.Options.TryGetValue("timeout", out var text))
            return TimeSpan.FromSeconds(4);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 1 and <= 60_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new SessionStoreException($"timeout={text} is no number of milliseconds from 1 to 60000.");
    }

    private static AmazonDynamoDBClient Client(SessionAddress address, TimeSpan timeout)
    {
        // Attempts are repeated by who asks, who knows for how long; the library's own would hide what was wrong with the first.
        var config = new AmazonDynamoDBConfig { Timeout = timeout, MaxErrorRetry = 0, MaxConnectionsPerServer = 32 };
        var region = address.Options.GetValueOrDefault("region");
        try
        {
            if (address.Options.TryGetValue("endpoint", out var endpoint))
            {
                if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                    throw new SessionStoreException($"endpoint={endpoint} is no URL of a server.");
                config.ServiceURL = endpoint;
                config.AuthenticationRegion = region ?? "us-east-1";
                // A server on this machine checks no signature, but wants one.
                if (uri.IsLoopback && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID")))
                    return new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), config);
            }
            else if (region is not null)
            {
                config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
            }
            return new AmazonDynamoDBClient(config);
        }
        catch (Exception exception) when (exception is AmazonClientException or ArgumentException)
        {
            throw new SessionStoreException($"{address.Name} cannot be asked: {exception.Message} Name the region: dynamodb:{address.Name}?region=REGION.", exception);
        }
    }

    private Dictionary<string, AttributeValue> Key(string id) => new() { [layout.Key] = new AttributeValue(id) };

    private Task<bool> WriteAsync(Func<CancellationToken, Task> write, CancellationToken cancel) => AskAsync(async inner =>
    {
        try
        {
            await write(inner);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }, cancel);

    // The library's own time-out is not for the search for credentials, which may ask a server, too.
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(timeout);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await ask(both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is not SessionStoreException && StoreTrouble.Describe(exception, Address, timeout) is { } words)
        {
            throw new SessionStoreException(words, exception);
        }
    }
}
