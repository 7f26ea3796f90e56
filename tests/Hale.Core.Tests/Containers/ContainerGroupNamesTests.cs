using Hale.Core.Containers;

namespace Hale.Core.Tests.Containers;

public class ContainerGroupNamesTests
{
    [Theory]
    [InlineData("job-17", "hale-job-17-")]
    [InlineData("/srv/app/group.yaml", "hale-srv-app-group-yaml-")]
    [InlineData("ünï cödé / ; $(rm -rf)", "hale-n-c-d-rm-rf-")]
    [InlineData("日本", "hale-")]
    [InlineData("a session that is longer than any name of an engine should be", "hale-e-of-an-engine-should-be-")]
    public void Any_text_becomes_a_name_that_an_engine_takes(string session, string begin)
    {
        var name = ContainerGroupNames.Member(session, "web", 2);
        Assert.StartsWith(begin + ContainerGroupNames.KeyOf(session), name);
        Assert.Matches("^[a-zA-Z0-9][a-zA-Z0-9_.-]+$", name);
        Assert.InRange(name.Length, 1, 128);
    }

    [Theory]
    [InlineData("job-1", "job_1")]
    [InlineData("job", "Job")]
    [InlineData("job", "job ")]
    [InlineData("a/b", "a-b")]
    public void Sessions_that_look_alike_have_names_of_their_own(string one, string other)
    {
        Assert.NotEqual(ContainerGroupNames.Network(one, "default"), ContainerGroupNames.Network(other, "default"));
        Assert.NotEqual(ContainerGroupNames.KeyOf(one), ContainerGroupNames.KeyOf(other));
    }

    [Fact]
    public void A_part_with_a_number_is_never_another_part()
    {
        var names = new List<string>();
        foreach (var part in new[] { "a", "a-1", "1", "seed", "net", "vol", "work" })
        {
            names.Add(ContainerGroupNames.Member("s", part, 1));
            names.Add(ContainerGroupNames.Member("s", part, 11));
            names.Add(ContainerGroupNames.Seeder("s", part, "0123456789ab"));
        }
        Assert.Distinct(names);
    }

    [Theory]
    [InlineData("web", true)]
    [InlineData("web-2", true)]
    [InlineData("WEB", true)]
    [InlineData("-web", false)]
    [InlineData("web-", false)]
    [InlineData("web.1", false)]
    [InlineData("web_1", false)]
    [InlineData("", false)]
    [InlineData("a234567890123456789012345678901234567890", true)]
    [InlineData("a2345678901234567890123456789012345678901", false)]
    public void A_part_is_a_host_name(string text, bool isPart) => Assert.Equal(isPart, ContainerGroupNames.IsPart(text));

    [Theory]
    [InlineData("", false)]
    [InlineData("  \n", false)]
    [InlineData("x", true)]
    [InlineData("a b = c, d\u0000", true)]
    public void A_session_is_any_text_but_nothing(string text, bool isSession) => Assert.Equal(isSession, ContainerGroupNames.IsSession(text));
}
