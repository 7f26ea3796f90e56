namespace Hale.Web.Access;

/// <summary>What a request must be allowed to do.</summary>
internal enum Need
{
    /// <summary>Nothing is told that is worth guarding (whether Hale runs).</summary>
    Nothing,

    /// <summary>Read what Hale knows.</summary>
    Read,

    /// <summary>Push a heartbeat.</summary>
    Push,

    /// <summary>Change what Hale does.</summary>
    Change,
}
