using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>Looks users up the way the system does (nsswitch: files, LDAP, ...).</summary>
internal static unsafe partial class Users
{
    /// <summary>The number of a user; null when nobody has that name.</summary>
    public static uint? IdOf(string name)
    {
        const int size = 16 << 10;
        var buffer = stackalloc byte[size];
        Entry entry;
        Entry* found;
        return Lookup(name, &entry, buffer, size, &found) == 0 && found != null ? found->User : null;
    }

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Lookup(string name, Entry* entry, byte* buffer, nuint size, Entry** found);

    /// <summary><c>struct passwd</c>; the fields after the user are only there for the size.</summary>
    private struct Entry
    {
        public byte* Name;
        public byte* Password;
        public uint User;
        public uint Group;
        public byte* Comment;
        public byte* Home;
        public byte* Shell;
    }
}
