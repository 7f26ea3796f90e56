using System.Globalization;
using Hale.Core.Model;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Planning;

/// <summary>2026-03-02 is a Monday. Berlin changes its clocks on 2026-03-29 (02:00 becomes 03:00) and on 2026-10-25 (03:00 becomes 02:00).</summary>
public class MaintenanceTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-03-02T01:59:59Z", null)]
    [InlineData("2026-03-02T02:00:00Z", "2026-03-02T04:00:00Z")]
    [InlineData("2026-03-02T03:59:59Z", "2026-03-02T04:00:00Z")]
    [InlineData("2026-03-02T04:00:00Z", null)]
    public void A_window_is_open_from_its_beginning_to_before_its_end(string now, string? until) =>
        Expect(until, new(null, new(2, 0), Span("2h"), TimeZoneInfo.Utc), now);

    [Theory]
    [InlineData("2026-03-02T22:59:00Z", null)]
    [InlineData("2026-03-02T23:30:00Z", "2026-03-03T01:00:00Z")]
    [InlineData("2026-03-03T00:30:00Z", "2026-03-03T01:00:00Z")]
    [InlineData("2026-03-03T01:00:00Z", null)]
    public void A_window_may_cross_midnight(string now, string? until) =>
        Expect(until, new(null, new(23, 0), Span("2h"), TimeZoneInfo.Utc), now);

    [Theory]
    [InlineData("2026-03-07T23:30:00Z", "2026-03-08T01:00:00Z")]
    [InlineData("2026-03-08T00:30:00Z", "2026-03-08T01:00:00Z")]
    [InlineData("2026-03-08T23:30:00Z", null)]
    [InlineData("2026-03-07T00:30:00Z", null)]
    public void The_day_is_that_on_which_it_opens(string now, string? until) =>
        Expect(until, new([DayOfWeek.Saturday], new(23, 0), Span("2h"), TimeZoneInfo.Utc), now);

    [Fact]
    public void Without_days_it_opens_on_none() => Expect(null, new([], new(0, 0), Span("24h"), TimeZoneInfo.Utc), "2026-03-02T12:00:00Z");

    [Theory]
    [InlineData("2026-03-06T17:59:00Z", null)]
    [InlineData("2026-03-07T12:00:00Z", "2026-03-09T06:00:00Z")]
    [InlineData("2026-03-09T05:59:00Z", "2026-03-09T06:00:00Z")]
    public void A_window_may_last_for_days(string now, string? until) =>
        Expect(until, new([DayOfWeek.Friday], new(18, 0), Span("60h"), TimeZoneInfo.Utc), now);

    [Theory]
    [InlineData("2026-03-02T01:30:00Z", "2026-03-02T03:00:00Z")]
    [InlineData("2026-07-01T00:30:00Z", "2026-07-01T02:00:00Z")]
    [InlineData("2026-07-01T02:30:00Z", null)]
    public void Days_and_times_are_read_in_the_zone(string now, string? until) =>
        Expect(until, new(null, new(2, 0), Span("2h"), Berlin), now);

    [Fact]
    public void The_day_is_that_of_the_zone() =>
        // Sunday 23:30 UTC is Monday 00:30 in Berlin.
        Expect("2026-03-02T00:00:00Z", new([DayOfWeek.Monday], new(0, 0), Span("1h"), Berlin), "2026-03-01T23:30:00Z");

    [Theory]
    [InlineData("2026-03-28T22:30:00Z", "2026-03-29T05:00:00Z")]
    [InlineData("2026-03-29T04:59:00Z", "2026-03-29T05:00:00Z")]
    [InlineData("2026-03-29T05:00:00Z", null)]
    [InlineData("2026-10-24T22:30:00Z", "2026-10-25T04:00:00Z")]
    [InlineData("2026-10-25T03:59:00Z", "2026-10-25T04:00:00Z")]
    [InlineData("2026-10-25T04:00:00Z", null)]
    public void A_window_lasts_as_long_as_written_across_a_change_of_clocks(string now, string? until) =>
        // Opens at 23:00 (spring: 22:00Z, summer: 21:00Z, autumn: 21:00Z) and lasts seven hours of real time.
        Expect(until, new(null, new(23, 0), Span("7h"), Berlin), now);

    [Theory]
    [InlineData("2026-03-29T00:59:00Z", null)]
    [InlineData("2026-03-29T01:29:00Z", null)]
    [InlineData("2026-03-29T01:31:00Z", "2026-03-29T02:30:00Z")]
    public void A_window_that_opens_in_the_skipped_hour_opens_after_it(string now, string? until) =>
        Expect(until, new(null, new(2, 30), Span("1h"), Berlin), now);

    private static void Expect(string? until, MaintenanceWindow window, string now) =>
        Assert.Equal(until is null ? null : At(until), window.OpenUntil(At(now)));

    private static Instant At(string text) => Instant.From(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));
}
