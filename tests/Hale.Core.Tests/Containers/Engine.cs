using System.Globalization;
using Hale.Core.Containers;

namespace Hale.Core.Tests.Containers;

/// <summary>What an engine lists, made up of things as groups make them.</summary>
internal sealed class Engine
{
    public static readonly DateTimeOffset Now = new(2025, 11, 25, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Everything, as it would be listed without narrowing.</summary>
    public List<ContainerGroupListed> Listed { get; } = [];

    public ContainerGroupListing Of(string session) => ContainerGroupListing.Of(session, Listed);

    public ContainerGroupListed Member(string session, string run, string name, int number = 1, string state = "running", string recipe = "", string uses = "", string dependsOn = "")
    {
        var labels = ContainerGroupLabels.Of(session, ContainerGroupRole.Member, run, name);
        labels[ContainerGroupLabels.Number] = number.ToString(CultureInfo.InvariantCulture);
        labels[ContainerGroupLabels.Recipe] = recipe;
        labels[ContainerGroupLabels.Uses] = uses;
        labels[ContainerGroupLabels.DependsOn] = dependsOn;
        return Add(new(ContainerGroupSort.Container, $"c{Listed.Count}", ContainerGroupNames.Member(session, name, number), labels, state));
    }

    public ContainerGroupListed Network(string session, string run, ContainerGroupNetwork network)
    {
        var labels = ContainerGroupLabels.Of(session, ContainerGroupRole.Network, run, network.Name);
        labels[ContainerGroupLabels.Recipe] = ContainerGroupRecipe.Of(network);
        return Add(new(ContainerGroupSort.Network, $"n{Listed.Count}", ContainerGroupNames.Network(session, network.Name), labels));
    }

    public ContainerGroupListed Volume(string session, string run, ContainerGroupVolume volume)
    {
        var labels = ContainerGroupLabels.Of(session, ContainerGroupRole.Volume, run, volume.Name);
        labels[ContainerGroupLabels.Recipe] = ContainerGroupRecipe.Of(volume);
        if (volume.IsKept)
            labels[ContainerGroupLabels.Kept] = "true";
        return AddVolume(ContainerGroupNames.Volume(session, volume.Name), labels);
    }

    public ContainerGroupListed Filled(string session, string run, string volume) =>
        AddVolume(ContainerGroupNames.Filled(session, volume, run), ContainerGroupLabels.Of(session, ContainerGroupRole.Filled, run, volume));

    public ContainerGroupListed Hold(
        string session, ContainerGroupRole role, string run, ContainerGroupOwner? owner = null, TimeSpan? until = null, int number = 0, DateTimeOffset? since = null) => AddVolume(
            ContainerGroupNames.Hold(session, role, run, number),
            ContainerGroupHold.Labels(session, role, run, $"run {run}", number, owner, since ?? Now, until is { } span ? Now + span : null));

    private ContainerGroupListed AddVolume(string name, Dictionary<string, string> labels) => Add(new(ContainerGroupSort.Volume, name, name, labels));

    private ContainerGroupListed Add(ContainerGroupListed listed)
    {
        Listed.Add(listed);
        return listed;
    }
}
