using Microsoft.AspNetCore.Http;

namespace Hale.Web.Access;

/// <summary>How many streams there may be: apart for the unix socket, so that strangers do not take the operator's.</summary>
internal sealed class StreamSlots
{
    /// <summary>Over TCP.</summary>
    public const int MostOverTcp = 32;

    /// <summary>Over the unix socket.</summary>
    public const int MostOnSocket = 16;

    private readonly Slots tcp = new(MostOverTcp);
    private readonly Slots socket = new(MostOnSocket);

    /// <summary>Streams that stand.</summary>
    public int Taken => tcp.Taken + socket.Taken;

    /// <summary>Takes a slot; false when all are taken.</summary>
    public bool TryTake(HttpContext context) => Of(context).TryTake();

    /// <summary>Gives it back.</summary>
    public void Return(HttpContext context) => Of(context).Return();

    private Slots Of(HttpContext context) => Caller.IsOnSocket(context) ? socket : tcp;
}
