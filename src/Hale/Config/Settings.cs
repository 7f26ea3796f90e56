using System.Text.RegularExpressions;
using Hale.Core.Model;

namespace Hale.Config;

/// <summary>
/// The values of one probe or remedy, read and validated against its <see cref="Key"/>s: a getter never fails for a key
/// that is required or has a default.
/// </summary>
public sealed class Settings(IReadOnlyDictionary<string, object> values)
{
    /// <summary>Whether the key was written or has a default.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>The value of a Text, Path or Choice key; null when absent.</summary>
    public string? Text(string key) => Get<string>(key);

    /// <summary>The value of a Duration key; null when absent.</summary>
    public TimeSpan? Duration(string key) => Value<TimeSpan>(key);

    /// <summary>The value of a Percent or Number key; null when absent.</summary>
    public double? Number(string key) => Value<double>(key);

    /// <summary>The value of an Integer or Bytes key; null when absent.</summary>
    public long? Integer(string key) => Value<long>(key);

    /// <summary>The value of a Flag key; false when absent.</summary>
    public bool Flag(string key) => Value<bool>(key) ?? false;

    /// <summary>The value of a Url key; null when absent.</summary>
    public Uri? Url(string key) => Get<Uri>(key);

    /// <summary>The value of a TextList, PathList or Command key; empty when absent.</summary>
    public string[] List(string key) => Get<string[]>(key) ?? [];

    /// <summary>The value of a TextMap key; empty when absent.</summary>
    public IReadOnlyDictionary<string, string> Map(string key) =>
        Get<IReadOnlyDictionary<string, string>>(key) ?? new Dictionary<string, string>();

    /// <summary>The value of a Signal key; null when absent.</summary>
    public int? Signal(string key) => Value<int>(key);

    /// <summary>The value of a Pattern key; null when absent.</summary>
    public Regex? Pattern(string key) => Get<Regex>(key);

    /// <summary>The value of a Budget key; null when absent.</summary>
    public Budget? Budget(string key) => Get<Budget>(key);

    /// <summary>The value of a TimeOfDay key; null when absent.</summary>
    public TimeOnly? TimeOfDay(string key) => Value<TimeOnly>(key);

    /// <summary>The value of any key as it is; null when absent.</summary>
    internal object? Raw(string key) => values.GetValueOrDefault(key);

    private T? Get<T>(string key) where T : class => values.TryGetValue(key, out var value) ? (T)value : null;

    private T? Value<T>(string key) where T : struct => values.TryGetValue(key, out var value) ? (T)value : null;
}

/// <summary>Thrown by a factory for what its keys alone cannot say (two keys that exclude each other); the loader adds file and line.</summary>
public sealed class SettingsException(string key, string message) : Exception(message)
{
    /// <summary>The key that the error is about.</summary>
    public string Key { get; } = key;
}
