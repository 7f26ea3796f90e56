using Hale.Core.Telling;

namespace Hale.Core.Tests.Telling;

public class TellerTests
{
    [Theory]
    // As told: nothing to tell.
    [InlineData(Condition.Well, Condition.Well, null)]
    [InlineData(Condition.Warning, Condition.Warning, null)]
    [InlineData(Condition.Error, Condition.Error, null)]
    [InlineData(Condition.Critical, Condition.Critical, null)]
    // Nothing can be said: what was told stays told.
    [InlineData(Condition.Unknown, Condition.Well, null)]
    [InlineData(Condition.Unknown, Condition.Warning, null)]
    [InlineData(Condition.Unknown, Condition.Error, null)]
    [InlineData(Condition.Unknown, Condition.Critical, null)]
    // An opening, or another kind of trouble.
    [InlineData(Condition.Warning, Condition.Well, NoticeKind.Problem)]
    [InlineData(Condition.Error, Condition.Well, NoticeKind.Problem)]
    [InlineData(Condition.Critical, Condition.Well, NoticeKind.Problem)]
    [InlineData(Condition.Error, Condition.Warning, NoticeKind.Problem)]
    [InlineData(Condition.Critical, Condition.Warning, NoticeKind.Problem)]
    [InlineData(Condition.Critical, Condition.Error, NoticeKind.Problem)]
    [InlineData(Condition.Warning, Condition.Error, NoticeKind.Problem)]
    // That a person is needed outweighs what follows, until it is well.
    [InlineData(Condition.Warning, Condition.Critical, null)]
    [InlineData(Condition.Error, Condition.Critical, null)]
    // Over is over, whatever was told.
    [InlineData(Condition.Well, Condition.Warning, NoticeKind.Resolved)]
    [InlineData(Condition.Well, Condition.Error, NoticeKind.Resolved)]
    [InlineData(Condition.Well, Condition.Critical, NoticeKind.Resolved)]
    public void What_was_told_and_what_is_decide_what_is_told(Condition now, Condition told, NoticeKind? wanted) => Assert.Equal(wanted, Teller.Want(now, told));
}
