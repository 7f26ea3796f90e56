namespace Hale.Tests.Config;

/// <summary>The corpus, read from the source tree so that a test can write expectations anew.</summary>
internal static class CorpusFiles
{
    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Folder { get; } = System.IO.Path.Combine(Repository, "tests/Hale.Tests/Config/Corpus");

    public static string Path(string name) => System.IO.Path.Combine(Folder, name);

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Hale.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"no Hale.slnx above {AppContext.BaseDirectory}: the tests run from a checkout");
    }
}
