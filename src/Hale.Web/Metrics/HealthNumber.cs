using Hale.Core.Model;

namespace Hale.Web.Metrics;

/// <summary>Health as a number that an alert can compare: the larger, the worse. Part of the contract; not the enum's own order.</summary>
internal static class HealthNumber
{
    public const string Legend = "-1 not applicable, 0 ok, 1 degraded, 2 initializing, 3 insufficient data, 4 impaired";

    public static double Of(Health health) => health switch
    {
        Health.NotApplicable => -1,
        Health.Ok => 0,
        Health.Degraded => 1,
        Health.Initializing => 2,
        Health.InsufficientData => 3,
        _ => 4,
    };
}
