using System.Reflection;
using System.Runtime.Loader;

namespace Hale.Plugins;

/// <summary>An assembly from outside, in a load context of its own: what it depends on comes from its own folder and does not meet ours.</summary>
internal static class ForeignAssembly
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, (DateTime Written, Assembly Assembly)> Loaded = [];

    /// <summary>
    /// Loads an assembly. The same file gives the same assembly; a file that has changed is loaded anew beside the old one, which stays until
    /// Hale ends.
    /// </summary>
    /// <param name="path">The file, absolute.</param>
    /// <exception cref="ForeignAssemblyException">It cannot be had; the message says why, and what to do.</exception>
    public static Assembly Load(string path)
    {
        try
        {
            lock (Gate)
            {
                if (!File.Exists(path))
                    throw new ForeignAssemblyException("there is no such file; build it, or correct the path");
                if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite))
                    throw new ForeignAssemblyException("everybody may change it, and it would run with the rights of Hale; take that away with chmod o-w");
                var written = File.GetLastWriteTimeUtc(path);
                if (Loaded.TryGetValue(path, out var known) && known.Written == written)
                    return known.Assembly;
                var assembly = new ForeignContext(path).LoadCopy(path);
                Loaded[path] = (written, assembly);
                return assembly;
            }
        }
        catch (BadImageFormatException)
        {
            throw new ForeignAssemblyException("it is not a .NET assembly that this runtime can load");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ForeignAssemblyException(error.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>The public types of an assembly.</summary>
    /// <exception cref="ForeignAssemblyException">It refers to what is not there.</exception>
    public static Type[] PublicTypes(Assembly assembly)
    {
        try
        {
            return assembly.GetExportedTypes();
        }
        catch (Exception error) when (IsMissingPart(error))
        {
            throw new ForeignAssemblyException(Words(error));
        }
    }

    /// <summary>Whether an exception says that an assembly, a type or a member is not there.</summary>
    public static bool IsMissingPart(Exception error) =>
        error is TypeLoadException or MissingMemberException or FileNotFoundException or FileLoadException or BadImageFormatException or ReflectionTypeLoadException;

    /// <summary>What to say, and do, about such an exception.</summary>
    public static string Words(Exception error)
    {
        var cause = error is ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } ? first : error;
        return $"{cause.Message.ReplaceLineEndings(" ")} (build it against this version of Hale, and publish it with what it depends on in its folder)";
    }

    /// <summary>The load context of one assembly from outside.</summary>
    private sealed class ForeignContext(string path) : AssemblyLoadContext(Path.GetFileName(path))
    {
        // What crosses the border must be the same type on both sides.
        private static readonly HashSet<string> Shared =
        [
            "Hale.Runtime", "Hale.Core", "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions", "Microsoft.Extensions.Logging.Abstractions",
            "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Options", "Microsoft.Extensions.Primitives",
        ];

        private readonly AssemblyDependencyResolver resolver = new(path);

        // From memory: a file that is mapped and then overwritten in place would take the process with it.
        public Assembly LoadCopy(string file)
        {
            using var copy = new MemoryStream(File.ReadAllBytes(file));
            return LoadFromStream(copy);
        }

        protected override Assembly? Load(AssemblyName assemblyName) =>
            !Shared.Contains(assemblyName.Name ?? "") && resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadCopy(found) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found ? LoadUnmanagedDllFromPath(found) : 0;
    }
}

/// <summary>Why an assembly from outside cannot be used, and what to do about it.</summary>
internal sealed class ForeignAssemblyException(string message) : Exception(message);
