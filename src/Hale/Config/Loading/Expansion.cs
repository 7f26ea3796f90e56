using System.Text;
using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>
/// Replaces the references in a value: <c>${NAME}</c> and <c>${NAME:-default}</c> from the environment, <c>${file:/path}</c> from a file;
/// <c>$${</c> stands for a literal <c>${</c>. What comes in is never expanded again and never shown in a message.
/// </summary>
internal sealed class Expansion(Func<string, string?> environment, string baseDirectory, Problems problems)
{
    /// <summary>A secret is a key or a certificate, not a disk image.</summary>
    public const int MaxFileBytes = 64 << 10;

    private readonly List<string> files = [];

    /// <summary>The secret files that were read or looked for, absolute.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>The value of a scalar; null when a reference cannot be followed, which has then been reported.</summary>
    public string? Expand(ScalarNode node, string key)
    {
        var text = node.Text;
        if (!text.Contains("${", StringComparison.Ordinal))
            return text;
        var result = new StringBuilder();
        var failed = false;
        var at = 0;
        while (text.IndexOf("${", at, StringComparison.Ordinal) is >= 0 and var dollar)
        {
            if (dollar > at && text[dollar - 1] == '$')
            {
                result.Append(text, at, dollar - 1 - at).Append("${");
                at = dollar + 2;
                continue;
            }
            result.Append(text, at, dollar - at);
            var end = text.IndexOf('}', dollar);
            if (end < 0)
            {
                problems.Add(node.At, key, text, $"the reference {ScalarNode.Quoted(text[dollar..])} is not closed with a }}", "write $${ for a literal ${");
                return null;
            }
            var value = Follow(text[(dollar + 2)..end], node, key);
            failed |= value is null;
            problems.Hide(value ?? "", text[dollar..(end + 1)]);
            result.Append(value);
            at = end + 1;
        }
        return failed ? null : result.Append(text, at, text.Length - at).ToString();
    }

    private string? Follow(string reference, ScalarNode node, string key)
    {
        if (reference.StartsWith("file:", StringComparison.Ordinal))
            return ReadSecret(reference[5..].Trim(), node, key);
        var separator = reference.IndexOf(":-", StringComparison.Ordinal);
        var name = separator < 0 ? reference : reference[..separator];
        if (!IsName(name))
        {
            problems.Add(node.At, key, node.Text, $"${{{reference}}} is not a reference; write ${{NAME}}, ${{NAME:-default}} or ${{file:/path}}", "write $${ for a literal ${");
            return null;
        }
        var value = environment(name);
        if (separator >= 0)
            return string.IsNullOrEmpty(value) ? reference[(separator + 2)..] : value;
        if (value is null)
            problems.Add(node.At, key, node.Text, $"the environment has no variable {name}; set it, or write ${{{name}:-default}}");
        return value;
    }

    private string? ReadSecret(string path, ScalarNode node, string key)
    {
        string trouble;
        try
        {
            files.Add(Path.GetFullPath(path, baseDirectory));
            using var file = File.OpenRead(files[^1]);
            var bytes = new byte[MaxFileBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= MaxFileBytes)
            {
                var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length);
                return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
            }
            trouble = $"it is larger than {ByteSize.Format(MaxFileBytes)}";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            trouble = "there is no such file";
        }
        catch (DecoderFallbackException)
        {
            trouble = "it is not UTF-8 text";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            trouble = e is UnauthorizedAccessException ? "permission denied" : e.Message;
        }
        problems.Add(node.At, key, node.Text, $"${{file:{path}}} cannot be read: {trouble}");
        return null;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
