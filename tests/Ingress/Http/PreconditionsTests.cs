using Dsdn.Ingress.Http;

namespace Dsdn.Ingress.Tests.Http;

public sealed class PreconditionsTests
{
    private const string Tag = "\"abc\"";

    [Theory]
    [InlineData(null, null, 200)]
    [InlineData(null, "\"abc\"", 304)]
    [InlineData(null, "W/\"abc\"", 304)]
    [InlineData(null, "\"x\", \"abc\"", 304)]
    [InlineData(null, "\"x\" ,\t\"abc\"", 304)]
    [InlineData(null, "\"x,y\", \"abc\"", 304)]
    [InlineData(null, "*", 304)]
    [InlineData(null, "\"x\"", 200)]
    [InlineData(null, "\"ab\"", 200)]
    [InlineData(null, "abc", 200)]
    [InlineData(null, "", 200)]
    [InlineData(null, "\"abc", 200)]
    [InlineData(null, "\"x\" \"abc\"", 200)]
    [InlineData("\"abc\"", null, 200)]
    [InlineData("*", null, 200)]
    [InlineData("\"x\", \"abc\"", null, 200)]
    [InlineData("W/\"abc\"", null, 412)]
    [InlineData("\"x\"", null, 412)]
    [InlineData("", null, 412)]
    [InlineData("\"x\"", "\"abc\"", 412)]
    [InlineData("\"abc\"", "\"abc\"", 304)]
    public void ConditionsAreCheckedAsRfc9110Says(string? ifMatch, string? ifNoneMatch, int expected) => Assert.Equal(
        expected, Preconditions.Check(ifMatch, ifNoneMatch, Tag) switch { PreconditionOutcome.Met => 200, PreconditionOutcome.NotModified => 304, _ => 412 });

    [Theory]
    [InlineData(null, true)]
    [InlineData("\"abc\"", true)]
    [InlineData("W/\"abc\"", false)]
    [InlineData("\"x\"", false)]
    [InlineData("Sat, 21 Nov 2026 10:00:00 GMT", false)]
    public void ARangeIsForTheSameTagOnly(string? ifRange, bool may) => Assert.Equal(may, Preconditions.MayRange(ifRange, Tag));
}
