namespace Hale.Web.Endpoints;

/// <summary>A request that cannot be answered as asked; the guard around every endpoint turns it into problem details.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">What was wrong and what would do.</param>
internal sealed class ProblemException(int status, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;
}
