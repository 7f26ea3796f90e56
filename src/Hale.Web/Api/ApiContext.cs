using Hale.Running;
using Hale.Web.Endpoints;

namespace Hale.Web.Api;

/// <summary>What the endpoints speak for.</summary>
/// <param name="Daemon">The daemon.</param>
/// <param name="Guard">What stands around every endpoint.</param>
/// <param name="Loop">Whether the engine's loop is alive.</param>
/// <param name="Time">The clock for time limits.</param>
internal sealed record ApiContext(IDaemon Daemon, Guard Guard, LoopWatch Loop, TimeProvider Time);
