using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Hale.Native;

/// <summary>The one thing that we need of SQLite and that its .NET binding does not offer.</summary>
internal static unsafe partial class SqliteNative
{
    // sqlite3.h, "Standard File Control Opcodes" and "Result Codes".
    private const int FilePointer = 7, Ok = 0;

    /// <summary>
    /// Reads bytes of the database file through the connection's own descriptor. Opening the file a second time would not do: closing that
    /// descriptor would drop every lock that this process holds on the file (fcntl(2); sqlite.org/howtocorrupt.html, section 2.2).
    /// Reads before the first statement, so nothing has been locked or created yet. False when the file is shorter or cannot be read.
    /// </summary>
    public static bool TryRead(SqliteConnection connection, Span<byte> buffer, long offset)
    {
        if (sqlite3_file_control(connection.Handle!.DangerousGetHandle(), "main\0"u8.ToArray(), FilePointer, out var file) != Ok || file == null || file->Methods == null)
            return false;
        fixed (byte* bytes = buffer)
            return file->Methods->Read(file, bytes, buffer.Length, offset) == Ok;
    }

    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_file_control(nint connection, byte[] database, int operation, out OpenFile* file);

    /// <summary>struct sqlite3_file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenFile
    {
        public IoMethods* Methods;
    }

    /// <summary>struct sqlite3_io_methods, as far as we need it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct IoMethods
    {
        public int Version;
        public nint Close;
        public delegate* unmanaged[Cdecl]<OpenFile*, void*, int, long, int> Read;
    }
}
