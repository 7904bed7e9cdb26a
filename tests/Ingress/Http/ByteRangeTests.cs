using Dsdn.Ingress.Http;

namespace Dsdn.Ingress.Tests.Http;

public sealed class ByteRangeTests
{
    public static TheoryData<string?, long, string> Ranges => new()
    {
        { null, 100, "whole" },
        { "bytes=0-0", 100, "0+1" },
        { "bytes=0-99", 100, "0+100" },
        { "bytes=0-100", 100, "0+100" },
        { "bytes=99-99", 100, "99+1" },
        { "bytes=10-", 100, "10+90" },
        { "bytes=-1", 100, "99+1" },
        { "bytes=-100", 100, "0+100" },
        { "bytes=-1000", 100, "0+100" },
        { "BYTES=1-2", 100, "1+2" },
        { "bytes= 1-2 ", 100, "1+2" },
        { "bytes=0-99999999999999999999999999", 100, "0+100" },
        { "bytes=-99999999999999999999999999", 100, "0+100" },
        { "bytes=100-", 100, "416" },
        { "bytes=100-200", 100, "416" },
        { "bytes=99999999999999999999999999-", 100, "416" },
        { "bytes=-0", 100, "416" },
        { "bytes=0-", 0, "416" },
        { "bytes=-1", 0, "416" },
        { "bytes=2-1", 100, "whole" },
        { "bytes=", 100, "whole" },
        { "bytes=-", 100, "whole" },
        { "bytes=a-b", 100, "whole" },
        { "bytes=1-b", 100, "whole" },
        { "bytes=+1-2", 100, "whole" },
        { "bytes=1--2", 100, "whole" },
        { "bytes=--2", 100, "whole" },
        { "bytes=1 - 2", 100, "whole" },
        { "bytes=0x1-2", 100, "whole" },
        { "bytes=0-1,5-6", 100, "whole" },
        { "bytes=0-1, bytes=5-6", 100, "whole" },
        { "items=0-1", 100, "whole" },
        { "bytes", 100, "whole" },
        { "bytes 0-1", 100, "whole" },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void RangesAreReadAsRfc9110Says(string? header, long length, string expected)
    {
        ByteRange range = ByteRange.Of(header, length);
        string got = range.Outcome switch { RangeOutcome.Whole => "whole", RangeOutcome.Unsatisfiable => "416", _ => $"{range.Offset}+{range.Length}" };
        Assert.Equal(expected, got);
        if (range.Outcome == RangeOutcome.Whole) Assert.Equal((0, length), (range.Offset, range.Length));
    }

    /// <summary>Hundreds of ranges in one header made servers send gigabytes (CVE-2011-3192).</summary>
    [Fact]
    public void ManyRangesCostNothing() => Assert.Equal(RangeOutcome.Whole, ByteRange.Of("bytes=" + string.Join(',', Enumerable.Range(0, 1_300).Select(static i => $"{i}-")), 1 << 20).Outcome);
}
