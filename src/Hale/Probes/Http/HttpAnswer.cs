namespace Hale.Probes.Http;

/// <summary>An answer, whatever version of HTTP it came in. Valid only until its call is given back.</summary>
internal readonly record struct HttpAnswer
{
    /// <summary>The status.</summary>
    public int Status { get; init; }

    /// <summary>The beginning of the body, as much as was to be kept.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body is longer than what was to be read of it.</summary>
    public bool IsCut { get; init; }

    /// <summary>Where a redirect leads; null when the answer does not say.</summary>
    public string? Location { get; init; }

    /// <summary>When what happened.</summary>
    public ExchangeTimes Times { get; init; }

    /// <summary>When the server's certificate ends; null without TLS.</summary>
    public DateTimeOffset? CertificateEnds { get; init; }
}

/// <summary>When the steps of an exchange were done, counted from the beginning of the attempt.</summary>
/// <param name="Begun">The exchange began; later than the attempt where redirects were followed.</param>
/// <param name="LookedUp">The addresses were known.</param>
/// <param name="Connected">The connection stood.</param>
/// <param name="Secured">TLS stood; equal to <paramref name="Connected"/> without.</param>
/// <param name="FirstByte">The first byte of the answer was there.</param>
/// <param name="Total">The answer was there.</param>
internal readonly record struct ExchangeTimes(TimeSpan Begun, TimeSpan LookedUp, TimeSpan Connected, TimeSpan Secured, TimeSpan FirstByte, TimeSpan Total)
{
    /// <summary>The same, of an exchange that began so much later.</summary>
    public ExchangeTimes Later(TimeSpan by) => new(Begun + by, LookedUp + by, Connected + by, Secured + by, FirstByte + by, Total + by);
}
