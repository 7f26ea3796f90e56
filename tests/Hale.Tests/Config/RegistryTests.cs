using Hale.Config;
using Hale.Config.Loading;
using Hale.Config.Yaml;
using Xunit;

namespace Hale.Tests.Config;

/// <summary>What every kind in the registry keeps to, so that the loader, the schema and the reference can rely on it.</summary>
public sealed class RegistryTests
{
    [Fact]
    public void Names_are_unique_and_written_alike()
    {
        Assert.Equal(Registry.Probes.Count, Registry.Probes.DistinctBy(kind => kind.Name).Count());
        Assert.Equal(Registry.Remedies.Count, Registry.Remedies.DistinctBy(kind => kind.Name).Count());
        Assert.Equal(Registry.Channels.Count, Registry.Channels.DistinctBy(kind => kind.Name).Count());
        Assert.All(AllKinds(), kind => Assert.Matches("^[a-z][a-z0-9_]*$", kind.Name));
        Assert.All(AllKinds().SelectMany(kind => kind.Keys), key => Assert.Matches("^[a-z][a-z0-9_]*$", key.Name));
    }

    [Fact]
    public void No_kind_has_a_key_of_a_name_that_every_check_or_rung_has()
    {
        Assert.All(Registry.Probes, kind => Assert.Empty(kind.Keys.Select(key => key.Name).Intersect(Keys.Check.Select(key => key.Name))));
        Assert.All(Registry.Remedies, kind => Assert.Empty(kind.Keys.Select(key => key.Name).Intersect(Keys.Rung.Select(key => key.Name))));
        Assert.All(Registry.Channels, kind => Assert.Empty(kind.Keys.Select(key => key.Name).Intersect(Keys.Channel.Select(key => key.Name))));
    }

    [Fact]
    public void Every_key_is_documented_and_sound()
    {
        Assert.All(AllKinds(), kind =>
        {
            Assert.EndsWith(".", kind.Doc, StringComparison.Ordinal);
            Assert.True(kind.Keys.Count(key => key.Shorthand) <= 1, $"{kind.Name} has two shorthand keys");
            Assert.Equal(kind.Keys.Length, kind.Keys.DistinctBy(key => key.Name).Count());
        });
        Assert.All(AllKinds().SelectMany(kind => kind.Keys), key =>
        {
            Assert.EndsWith(".", key.Doc, StringComparison.Ordinal);
            Assert.True(key.Type != KeyType.Choice || key.Choices.Length > 0, $"{key.Name} is a choice of nothing");
            Assert.False(key.Type is KeyType.Section or KeyType.Level, $"{key.Name} is of a type that only the file's own structure has");
            Assert.False(key.Required && key.Default is not null, $"{key.Name} is required and has a default");
        });
    }

    [Fact]
    public void Every_default_is_a_value_that_could_be_written()
    {
        var problems = new Problems("registry");
        var reading = new Reading(problems, _ => null, "/", Registry.Probes, Registry.Remedies, Registry.Channels);
        foreach (var kind in AllKinds())
        {
            foreach (var key in kind.Keys)
                reading.Values.Default(key, Position.Start, $"{kind.Name}.{key.Name}");
        }
        Assert.Empty(problems.Errors.Select(error => error.ToString()));
    }

    private static IEnumerable<(string Name, string Doc, Key[] Keys)> AllKinds() =>
        Registry.Probes.Select(kind => (kind.Name, kind.Doc, kind.Keys)).Concat(Registry.Remedies.Select(kind => (kind.Name, kind.Doc, kind.Keys)))
            .Concat(Registry.Channels.Select(kind => (kind.Name, kind.Doc, kind.Keys)));
}
