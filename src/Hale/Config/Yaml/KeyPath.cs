namespace Hale.Config.Yaml;

/// <summary>Full paths of keys, as errors name them: <c>targets.web.heal[0].when</c>.</summary>
internal static class KeyPath
{
    /// <summary>The path of a key below another; the root has the empty path.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
