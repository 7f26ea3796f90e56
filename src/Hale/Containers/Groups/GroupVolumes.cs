using System.Formats.Tar;
using System.Globalization;
using System.IO.Pipelines;
using Hale.Core.Containers;

namespace Hale.Containers.Groups;

/// <summary>
/// Makes volumes and fills them. That a volume is complete is said by another, empty one that is made last: an engine makes it in one step or not at all, so
/// whatever ends the filling, a volume that is half full is never taken for a whole one.
/// </summary>
internal sealed class GroupVolumes(ContainerGroupSpec spec, string run, GroupStore store, GroupJournal journal)
{
    // No name of an image's own is likely to be this one.
    private const string Inside = "/.hale-volume";

    private readonly ContainerEngine engine = store.Engine;

    /// <summary>Makes a volume and fills it.</summary>
    public async Task MakeAsync(ContainerGroupVolume volume, CancellationToken cancel)
    {
        var step = "making it";
        try
        {
            var name = ContainerGroupNames.Volume(spec.Session, volume.Name);
            var made = await engine.Volumes.CreateAsync(name, Labels(volume), CancellationToken.None);
            if (made.Labels.GetValueOrDefault(ContainerGroupLabels.Run) != run)
                throw new ContainerGroupTroubleException($"volume {volume.Name}: making it", $"a volume {name} is there already and belongs to somebody else");
            if (volume.Seed is { } seed)
            {
                step = "filling it";
                cancel.ThrowIfCancellationRequested();
                await FillAsync(volume, seed, name, cancel);
            }
            if (volume.Seed is not null || volume.IsKept)
                await engine.Volumes.CreateAsync(
                    ContainerGroupNames.Filled(spec.Session, volume.Name, run), ContainerGroupLabels.Of(spec.Session, ContainerGroupRole.Filled, run, volume.Name), CancellationToken.None);
            journal.Tell($"volume {volume.Name}", ContainerGroupStage.Made, volume.Seed is null ? "made" : "made and filled");
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or IOException or UnauthorizedAccessException)
        {
            throw new ContainerGroupTroubleException($"volume {volume.Name}: {step}", trouble);
        }
    }

    private Dictionary<string, string> Labels(ContainerGroupVolume volume)
    {
        var labels = ContainerGroupLabels.Of(spec.Session, ContainerGroupRole.Volume, run, volume.Name);
        labels[ContainerGroupLabels.Recipe] = ContainerGroupRecipe.Of(volume);
        if (volume.IsKept)
            labels[ContainerGroupLabels.Kept] = "true";
        return labels;
    }

    private async Task FillAsync(ContainerGroupVolume volume, ContainerGroupSeed seed, string name, CancellationToken cancel)
    {
        // A folder needs an image only to have a container that the volume is mounted in.
        var image = seed.Image ?? spec.Members.First(member => member.Mounts.Any(mount => mount.Volume == volume.Name)).Image;
        var folder = (seed.Path ?? "/").TrimEnd('/');
        var leaf = folder[(folder.LastIndexOf('/') + 1)..];
        var target = seed.Command is not null ? seed.Path! : seed.Folder is not null ? Inside : $"{Inside}/{leaf}";
        var recipe = new ContainerRecipe
        {
            Image = image,
            EntryPoint = seed.Command is { } command ? [command[0]] : null,
            Command = seed.Command is { } words ? [.. words.Skip(1)] : ["true"],
            Mounts = [MountRecipe.Volume(name, target)],
            Labels = ContainerGroupLabels.Of(spec.Session, ContainerGroupRole.Seeder, run, volume.Name),
            Network = "none",
        };
        var seeder = await engine.Containers.CreateAsync(ContainerGroupNames.Seeder(spec.Session, volume.Name, run), recipe, CancellationToken.None);
        if (seed.Command is not null)
            await RunAsync(seeder.Id, cancel);
        else if (seed.Folder is { } source)
            await PipeAsync(stream => TarFile.CreateFromDirectoryAsync(source, stream, includeBaseDirectory: false, cancel), tar => engine.Containers.PutArchiveAsync(seeder.Id, target, tar, cancel));
        else
            await PipeAsync(stream => engine.Containers.GetArchiveAsync(seeder.Id, folder, stream, cancel: cancel), tar => engine.Containers.PutArchiveAsync(seeder.Id, Inside, tar, cancel));
        await engine.Containers.RemoveAsync(seeder.Id, force: true, cancel: CancellationToken.None);
    }

    private async Task RunAsync(string seeder, CancellationToken cancel)
    {
        await engine.Containers.StartAsync(seeder, CancellationToken.None);
        var code = await engine.Containers.WaitAsync(seeder, cancel);
        if (code == 0)
            return;
        var log = await engine.Containers.LogAsync(seeder, new ContainerLogQuery { Tail = 3, IsTerminal = false }, cancel);
        throw new IOException(string.Create(CultureInfo.InvariantCulture, $"its command ended with exit code {code}{Said(log)}"));
    }

    private static string Said(ContainerLog log) => log.Lines.Count == 0 ? "" : $", having said: {string.Join(" | ", log.Lines.Select(line => line.Text))}";

    /// <summary>What one writes the other reads, and the trouble of one is that of both.</summary>
    private static async Task PipeAsync(Func<Stream, Task> write, Func<Stream, Task> read)
    {
        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer, write);
        try
        {
            await read(pipe.Reader.AsStream());
        }
        catch (Exception trouble)
        {
            // The end of the reading is what the writing would fail of; the other way round, the writing's trouble is the cause.
            await pipe.Reader.CompleteAsync(trouble);
            await writing;
            throw;
        }
        await pipe.Reader.CompleteAsync();
        await writing;
    }

    private static async Task WriteAsync(PipeWriter writer, Func<Stream, Task> write)
    {
        try
        {
            await write(writer.AsStream(leaveOpen: true));
        }
        catch (Exception trouble)
        {
            await writer.CompleteAsync(trouble);
            throw;
        }
        await writer.CompleteAsync();
    }
}
