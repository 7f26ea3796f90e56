namespace Hale.Web.Hosting;

/// <summary>The host cannot listen as it is told to; the message says why and what would do.</summary>
public sealed class WebHostException(string message, Exception? inner = null) : Exception(message, inner);
