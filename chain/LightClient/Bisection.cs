using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.LightClient;

/// <summary>What a bisection needs next, or how it ended.</summary>
public abstract record BisectionStep
{
    /// <summary>Fetch this height and give it to <see cref="Bisection.Give"/>; 0 is the newest.</summary>
    public sealed record Need(ulong Height) : BisectionStep;

    /// <param name="Trace">From the trusted block to the verified one, each verified from the one before: a proof for others.</param>
    public sealed record Verified(LightBlock Block, IReadOnlyList<LightBlock> Trace) : BisectionStep;

    /// <param name="AtHeight">Of the block that did not hold.</param>
    public sealed record Failed(LightVerdict Verdict, ulong AtHeight) : BisectionStep;
}

/// <summary>
/// The way from a trusted height and hash to a target, through as few blocks as the validators' changes allow. Pure: the caller
/// fetches, from anybody. What a supplier sends wrong ends it; the caller starts again with another.
/// </summary>
public sealed class Bisection
{
    private readonly ulong _trustedHeight;
    private readonly Hash256 _trustedHash;
    private readonly ulong _target;
    private readonly LightOptions _options;
    private readonly List<LightBlock> _trace = [];
    private readonly Stack<LightBlock> _ahead = new();
    private ulong _needed;

    /// <param name="target">0: the newest that the supplier has.</param>
    public Bisection(ulong trustedHeight, Hash256 trustedHash, ulong target, LightOptions options)
    {
        (_trustedHeight, _trustedHash, _target, _options) = (trustedHeight, trustedHash, target, options);
        _needed = trustedHeight;
    }

    /// <summary>Begins from a block that was verified before.</summary>
    public static Bisection From(LightBlock trusted, ulong target, LightOptions options)
    {
        var bisection = new Bisection(trusted.Height, trusted.Hash, target, options);
        bisection._trace.Add(trusted);
        bisection._needed = target;
        return bisection;
    }

    public BisectionStep Begin() => _trace.Count > 0 && _target == _trustedHeight ? Done() : new BisectionStep.Need(_needed);

    /// <summary>The answer to the last need; null where nobody has it.</summary>
    public BisectionStep Give(LightBlock? block, ulong nowMs)
    {
        if (block is null) return Fail(LightFault.Unavailable, "nobody sent it", _needed);
        if (_needed != 0 && block.Height != _needed) return Fail(LightFault.Malformed, $"block {block.Height} for {_needed}", _needed);
        if (_trace.Count == 0) return GiveTrusted(block, nowMs);
        _ahead.Push(block);
        return Advance(nowMs);
    }

    private BisectionStep GiveTrusted(LightBlock block, ulong nowMs)
    {
        if (LightVerifier.CheckTrusted(block, _trustedHeight, _trustedHash, _options) is { IsValid: false } wrong) return new BisectionStep.Failed(wrong, _trustedHeight);
        if (LightVerifier.IsExpired(block, _options, nowMs)) return Fail(LightFault.Expired, $"block {block.Height} is older than {_options.TrustPeriodMs} ms", _trustedHeight);
        _trace.Add(block);
        if (_target == _trustedHeight) return Done();
        if (_target != 0 && _target < _trustedHeight) return Fail(LightFault.Order, $"target {_target} is below the trusted height {_trustedHeight}", _target);
        return Ask(_target);
    }

    private BisectionStep Advance(ulong nowMs)
    {
        while (_ahead.TryPeek(out LightBlock? next))
        {
            LightBlock trusted = _trace[^1];
            if (next.Height == trusted.Height && next.Hash == trusted.Hash)
            {
                _ahead.Pop(); // the newest is the trusted one itself
                continue;
            }
            LightVerdict verdict = LightVerifier.Verify(trusted, next, _options, nowMs);
            if (verdict.Fault == LightFault.NotEnoughTrust) return Ask(trusted.Height + ((next.Height - trusted.Height) / 2));
            if (!verdict.IsValid) return new BisectionStep.Failed(verdict, next.Height);
            _trace.Add(_ahead.Pop());
        }
        return Done();
    }

    private BisectionStep.Need Ask(ulong height)
    {
        _needed = height;
        return new BisectionStep.Need(height);
    }

    private BisectionStep.Verified Done() => new(_trace[^1], _trace);

    private static BisectionStep.Failed Fail(LightFault fault, string detail, ulong height) => new(new LightVerdict(fault, detail), height);
}
