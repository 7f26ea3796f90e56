using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Containers.Groups.Reading;
using Hale.Core.Containers;

namespace Hale.Samples.Cyan;

/// <summary>The group of <c>group.yaml</c>.</summary>
internal static class Group
{
    /// <summary>Reads it.</summary>
    /// <param name="session">Whose it is; null as the file says.</param>
    public static ContainerGroupSpec Read(string? session = null)
    {
        var read = GroupFile.Load(Path.Combine(AppContext.BaseDirectory, "group.yaml"), Environment.GetEnvironmentVariable, session);
        return read.Spec ?? throw new SampleException(string.Join('\n', read.Errors));
    }

    /// <summary>How it is brought up here: each step is a line.</summary>
    public static ContainerGroupOptions Options(ContainerEngine engine) => new() { Engine = engine, Who = "cyan", Progress = Tell };

    private static void Tell(ContainerGroupProgress step)
    {
        if (step.Stage != ContainerGroupStage.NotYet)
            Console.WriteLine(FormattableString.Invariant($"  {step.Elapsed.TotalSeconds,6:0.00} s  {(step.Subject.Length > 0 ? step.Subject + ": " : "")}{step.Text}"));
    }
}
