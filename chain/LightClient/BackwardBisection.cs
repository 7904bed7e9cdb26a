namespace Dsdn.Chain.LightClient;

/// <summary>The way from a trusted block back to an earlier height, through as few blocks as the validators' changes allow. Pure, as <see cref="Bisection"/>.</summary>
public sealed class BackwardBisection
{
    private const int BlocksMax = 256;

    private readonly LightOptions _options;
    private readonly List<LightBlock> _trace;
    private readonly Stack<LightBlock> _ahead = new();
    private ulong _needed;

    public BackwardBisection(LightBlock trusted, ulong target, LightOptions options) => (_trace, _needed, _options) = ([trusted], target, options);

    public BisectionStep Begin() => _needed == _trace[0].Height ? Done() : new BisectionStep.Need(_needed);

    /// <summary>The answer to the last need; null where nobody has it.</summary>
    public BisectionStep Give(LightBlock? block)
    {
        if (block is null) return Fail(LightFault.Unavailable, "nobody sent it");
        if (block.Height != _needed) return Fail(LightFault.Malformed, $"block {block.Height} for {_needed}");
        if (_trace.Count + _ahead.Count == BlocksMax) return Fail(LightFault.NotEnoughTrust, $"more than {BlocksMax} blocks");
        _ahead.Push(block);
        while (_ahead.TryPeek(out LightBlock? next))
        {
            LightBlock from = _trace[^1];
            LightVerdict verdict = LightVerifier.VerifyEarlier(from, next, _options);
            if (verdict.Fault == LightFault.NotEnoughTrust)
            {
                _needed = next.Height + ((from.Height - next.Height) / 2);
                return new BisectionStep.Need(_needed);
            }
            if (!verdict.IsValid) return new BisectionStep.Failed(verdict, next.Height);
            _trace.Add(_ahead.Pop());
        }
        return Done();
    }

    private BisectionStep.Verified Done() => new(_trace[^1], _trace);

    private BisectionStep.Failed Fail(LightFault fault, string detail) => new(new LightVerdict(fault, detail), _needed);
}
