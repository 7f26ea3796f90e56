using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>Which file it is, whatever its names: device and inode.</summary>
internal readonly record struct FileId(ulong Device, ulong Inode);

/// <summary>What the kernel knows about a file (statx(2)).</summary>
internal readonly record struct FileStatus
{
    /// <summary>Device and inode.</summary>
    public required FileId Id { get; init; }

    /// <summary>The mount it was reached through; null on a kernel before 5.8.</summary>
    public required ulong? Mount { get; init; }

    /// <summary>Type and permissions (inode(7)).</summary>
    public required ushort Mode { get; init; }

    /// <summary>Number of names.</summary>
    public required uint Links { get; init; }

    /// <summary>Owner.</summary>
    public required uint User { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes that it takes on disk; less than its length when it is sparse.</summary>
    public required long Allocated { get; init; }

    /// <summary>When its content was last changed, by its own claim: anyone may set it (tar and cp -p do).</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>When content, name, owner or mode was last changed, by the kernel's clock; nobody can set it.</summary>
    public required DateTimeOffset Changed { get; init; }

    /// <summary>When it came to be, by the kernel's clock; null on a file system that does not keep that.</summary>
    public DateTimeOffset? Born { get; init; }

    /// <summary>A regular file.</summary>
    public bool IsFile => (Mode & 0xf000) == 0x8000;

    /// <summary>A folder.</summary>
    public bool IsFolder => (Mode & 0xf000) == 0x4000;

    /// <summary>A socket.</summary>
    public bool IsSocket => (Mode & 0xf000) == 0xc000;

    /// <summary>A symbolic link.</summary>
    public bool IsLink => (Mode & 0xf000) == 0xa000;
}

/// <summary>The size of a file system: struct statvfs of 64-bit Linux, the same in glibc and musl.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileSystemStatus
{
    /// <summary>Preferred size of a transfer.</summary>
    public ulong BlockSize;

    /// <summary>The unit of the block counts.</summary>
    public ulong FragmentSize;

    /// <summary>Blocks in all.</summary>
    public ulong Blocks;

    /// <summary>Blocks free, including those reserved for root.</summary>
    public ulong BlocksFree;

    /// <summary>Blocks that a user who is not root can still have.</summary>
    public ulong BlocksAvailable;

    /// <summary>Inodes in all; 0 where the file system does not count them.</summary>
    public ulong Inodes;

    /// <summary>Inodes free.</summary>
    public ulong InodesFree;

    /// <summary>Inodes that a user who is not root can still have.</summary>
    public ulong InodesAvailable;

    private readonly ulong identity, flags, longestName;
    private readonly ulong reserved1, reserved2, reserved3;
}
