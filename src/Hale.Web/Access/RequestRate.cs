using System.Net;
using System.Net.Sockets;
using Hale.Core.Model;

namespace Hale.Web.Access;

/// <summary>
/// How many requests each client may send: a bucket that holds the budget and fills up evenly over its time. A client is an IPv4 address
/// or an IPv6 network of 64 bits, since within one an attacker has as many addresses as it likes.
/// </summary>
internal sealed class RequestRate(Budget budget, TimeProvider time)
{
    /// <summary>Clients that are told apart; further ones share one bucket until there is room.</summary>
    private const int MaxClients = 4096;

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Bucket> buckets = [];

    /// <summary>Takes one request of the client; null when it may, otherwise when it may again.</summary>
    public TimeSpan? Refuse(IPAddress client)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            var bucket = Of(Network(client), now);
            bucket.Fill(Filled(bucket, now), now);
            if (bucket.Level >= 1)
            {
                bucket.Level--;
                return null;
            }
            return (1 - bucket.Level) * budget.Per / budget.Count;
        }
    }

    private Bucket Of(IPAddress client, long now)
    {
        if (buckets.TryGetValue(client, out var known))
            return known;
        if (buckets.Count >= MaxClients)
        {
            foreach (var (address, bucket) in buckets)
            {
                if (Filled(bucket, now) >= budget.Count)
                    buckets.Remove(address);
            }
        }
        if (buckets.Count >= MaxClients)
            client = IPAddress.Any;
        return buckets.TryGetValue(client, out known) ? known : buckets[client] = new Bucket(budget.Count, now);
    }

    private double Filled(Bucket bucket, long now) =>
        Math.Min(budget.Count, bucket.Level + (time.GetElapsedTime(bucket.At, now) / budget.Per * budget.Count));

    private static IPAddress Network(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Bucket(double level, long at)
    {
        public double Level { get; set; } = level;

        public long At { get; private set; } = at;

        public void Fill(double level, long at) => (Level, At) = (level, at);
    }
}
