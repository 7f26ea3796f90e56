using Xunit;

namespace Hale.Tests.Config;

/// <summary>A file in the repository that must be what the code writes. <c>HALE_REWRITE=1</c> in the environment writes it.</summary>
internal static class GeneratedFile
{
    private static readonly bool Rewrite = System.Environment.GetEnvironmentVariable("HALE_REWRITE") == "1";

    public static void Check(string path, string expected)
    {
        if (Rewrite)
            File.WriteAllText(path, expected);
        Assert.True(File.Exists(path), $"{path} does not exist; HALE_REWRITE=1 writes it");
        Assert.Equal(expected, File.ReadAllText(path));
    }
}
