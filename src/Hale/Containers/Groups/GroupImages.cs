using System.Globalization;
using Hale.Core.Containers;

namespace Hale.Containers.Groups;

/// <summary>Sees to it that the images of a group are here.</summary>
internal sealed class GroupImages(ContainerEngine engine, GroupJournal journal)
{
    /// <summary>The ids of all images, by the names that the spec has for them; fetched first where the spec says so.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PrepareAsync(ContainerGroupSpec spec, CancellationToken cancel)
    {
        var wanted = spec.Members.Select(member => (member.Image, member.Pull, For: member.Name))
            .Concat(spec.Volumes.Where(volume => volume.Seed?.Image is not null).Select(volume => (Image: volume.Seed!.Image!, Pull: ContainerGroupPull.Missing, For: $"volume {volume.Name}")))
            .GroupBy(each => each.Image)
            .Select(uses => (Image: uses.Key, Pull: uses.Any(use => use.Pull == ContainerGroupPull.Always) ? ContainerGroupPull.Always : uses.Min(use => use.Pull), uses.First().For));
        var ids = await Task.WhenAll(wanted.Select(async each => KeyValuePair.Create(each.Image, await PrepareAsync(each.Image, each.Pull, each.For, cancel))));
        return ids.ToDictionary();
    }

    private async Task<string> PrepareAsync(string image, ContainerGroupPull pull, string member, CancellationToken cancel)
    {
        try
        {
            if (pull != ContainerGroupPull.Always)
            {
                try
                {
                    return (await engine.Images.InspectAsync(image, cancel)).Id;
                }
                catch (ContainerEngineException none) when (none.Trouble == EngineTrouble.NoSuchImage && pull == ContainerGroupPull.Missing)
                {
                    // To be fetched.
                }
            }
            journal.Tell($"image {image}", ContainerGroupStage.Pulling, "pulling");
            await engine.Images.PullAsync(image, new Teller(journal, image), cancel);
            return (await engine.Images.InspectAsync(image, cancel)).Id;
        }
        catch (ContainerEngineException trouble)
        {
            throw new ContainerGroupTroubleException($"{member}: image", trouble);
        }
    }

    private sealed class Teller(GroupJournal journal, string image) : IProgress<PullProgress>
    {
        public void Report(PullProgress value)
        {
            if (value is { Layer: not null, Current: { } current, Total: > 0 and { } total })
                journal.Tell($"image {image}", ContainerGroupStage.Pulling, string.Create(CultureInfo.InvariantCulture, $"{value.Status} {value.Layer} {100 * current / total}%"));
        }
    }
}
