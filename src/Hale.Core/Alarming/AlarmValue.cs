namespace Hale.Core.Alarming;

/// <summary>The state of an alarm. The names and their meaning are CloudWatch's.</summary>
public enum AlarmValue : byte
{
    /// <summary>There is not enough data to tell; also the state of an alarm that has not been evaluated yet.</summary>
    InsufficientData,

    /// <summary>The metric is on the good side of the threshold.</summary>
    Ok,

    /// <summary>The metric is beyond the threshold.</summary>
    Alarm,
}
