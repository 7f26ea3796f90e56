using Hale.Config;
using Hale.Core.Model;

namespace Hale.Processes;

/// <summary>Owns the process of one supervised target: starts it, ends it, finds it again after a restart of Hale.</summary>
public sealed class Supervisor
{
}
