using Hale.Testing;
using Hale.Warming.Prefetch;
using Hale.Warming.Recording;
using Xunit;

namespace Hale.Tests.Warming;

public sealed class PrefetchListTests : IDisposable
{
    private readonly Scratch scratch = new();

    [Fact]
    public void What_is_written_is_read_again_and_is_relative_where_it_can_be()
    {
        var path = PrefetchList.PathFor(scratch["plan.yaml"]);
        var paths = new[] { "/usr/lib/libc.so.6", scratch["#odd"], scratch["runtime/a b"] };
        Assert.Equal(scratch["plan.prefetch"], path);

        PrefetchList.Write(path, new OpenRecording { Paths = paths, Method = "fanotify", Gaps = ["something is missing"] });

        Assert.Equal(["/usr/lib/libc.so.6", "./#odd", "runtime/a b"], File.ReadLines(path).Where(line => !line.StartsWith('#')));
        Assert.Contains(File.ReadLines(path), line => line == "# something is missing.");
        Assert.Equal(paths, PrefetchList.Read(path, out var trouble));
        Assert.Null(trouble);
        Assert.False(File.Exists(path + ".new"));
    }

    [Fact]
    public void No_list_is_an_empty_one_and_a_list_that_is_none_is_refused_with_its_line()
    {
        Assert.Equal([], PrefetchList.Read(scratch["plan.prefetch"], out var trouble));
        Assert.Null(trouble);

        File.WriteAllText(scratch["plan.prefetch"], "# fine\na\n" + new string('x', 5000) + "\n");

        Assert.Null(PrefetchList.Read(scratch["plan.prefetch"], out trouble));
        Assert.Equal($"{scratch["plan.prefetch"]}(3): this is no path", trouble);
    }

    [Fact]
    public void A_list_from_a_moved_folder_means_the_files_beside_it()
    {
        var folder = Directory.CreateDirectory(scratch["elsewhere"]).FullName;
        File.WriteAllText(Path.Combine(folder, "plan.prefetch"), "runtime/a\n../shared\n");

        Assert.Equal([Path.Combine(folder, "runtime/a"), scratch["shared"]], PrefetchList.Read(Path.Combine(folder, "plan.prefetch"), out _));
    }

    public void Dispose() => scratch.Dispose();
}
