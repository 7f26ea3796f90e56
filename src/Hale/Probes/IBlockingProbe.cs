namespace Hale.Probes;

/// <summary>
/// A probe whose <see cref="IProbe.ProbeAsync"/> may block its thread: a system call on a dead network file system, a database
/// library without asynchronous calls. The scheduler runs such probes on a bounded set of threads of their own, so that
/// they can neither hold up the schedule nor starve the thread pool that everything else lives on.
/// </summary>
/// <remarks>What comes after an <c>await</c> that did not complete at once runs on the thread pool as usual.</remarks>
public interface IBlockingProbe : IProbe;
