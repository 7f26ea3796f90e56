using Hale.Config;
using Hale.Core.Model;
using Hale.Remedies;
using Xunit;

namespace Hale.Tests.Remedies;

public sealed class SystemdRestartRemedyTests
{
    [Fact]
    public async Task Where_systemd_does_not_run_it_fails_with_the_reason()
    {
        Assert.SkipWhen(Directory.Exists("/run/systemd/system"), "systemd runs here");
        var remedy = SystemdRestartRemedy.Kind.Create(
            new Settings(new Dictionary<string, object> { ["unit"] = "x.service", ["timeout"] = TimeSpan.FromMinutes(1) }));
        var result = await remedy.ActAsync(RemedyContexts.For(1, Incarnation.None, null), TestContext.Current.CancellationToken);

        Assert.Equal(RemedyOutcome.Failed, result.Outcome);
        Assert.Contains("systemctl", result.Detail, StringComparison.Ordinal);
    }
}
