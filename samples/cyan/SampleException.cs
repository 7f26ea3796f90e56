namespace Hale.Samples.Cyan;

/// <summary>The sample cannot go on, for a reason to be told.</summary>
internal sealed class SampleException(string message) : Exception(message);
