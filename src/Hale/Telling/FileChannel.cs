using System.Text;
using Hale.Config;
using Hale.Native;

namespace Hale.Telling;

/// <summary>Appends each letter to a file, as one line of JSON, and has it on disk before it counts as delivered.</summary>
public sealed class FileChannel : IChannel
{
    private static readonly uint Mode = Convert.ToUInt32("640", 8);

    private readonly string path;

    private FileChannel(string path) => this.path = path;

    /// <summary>The kind.</summary>
    public static ChannelKind Kind { get; } = new(
        "file",
        "Appends each notice to a file, as one line of JSON. Delivered when it is on disk.",
        [new("path", KeyType.Path, "The file; its folder has to exist.") { Required = true, Shorthand = true }],
        settings => new FileChannel(settings.Text("path")!));

    /// <inheritdoc/>
    public Task<Delivery> SendAsync(Letter letter, TimeProvider time, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var file = Files.OpenHandle(path, Files.WriteOnly | Files.Create | Files.CloseOnExec, Mode);
            if (file.IsInvalid)
                return Delivery.Failed($"{path} cannot be opened: {Errno.Describe(Errno.Last)}");
            try
            {
                var line = Encoding.UTF8.GetBytes(letter.ToJson() + "\n");
                var end = RandomAccess.GetLength(file);
                // A line that a full disk or a crash cut short is ended, so that it spoils no other.
                var isCut = end > 0 && !EndsLine(end);
                RandomAccess.Write(file, isCut ? [(byte)'\n', .. line] : line, end);
                RandomAccess.FlushToDisk(file);
                return Delivery.Done($"{line.Length} bytes at {end + (isCut ? 1 : 0)} of {path}");
            }
            catch (IOException error)
            {
                return Delivery.Failed($"{path} cannot be written: {error.Message}");
            }
        },
        cancel);

    private bool EndsLine(long length)
    {
        using var file = Files.OpenHandle(path, Files.ReadOnly | Files.CloseOnExec);
        Span<byte> last = [0];
        return file.IsInvalid || RandomAccess.Read(file, last, length - 1) == 0 || last[0] == '\n';
    }
}
