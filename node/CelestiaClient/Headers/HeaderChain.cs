using Dsdn.Celestia;
using Dsdn.Celestia.Headers;
using Dsdn.CelestiaClient.Transport;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Headers;

/// <summary>
/// Verifies headers from a trusted one, as a light client does (CometBFT's specification, "Light Client Verification"): forward by a third of the trusted
/// power, with headers in between where the validators changed too much; backward, and where trust has expired, by hashes. What was verified once stays so.
/// </summary>
internal sealed class HeaderChain(CelestiaOptions options, TimeProvider clock) : IDisposable
{
    private const int BisectionsMax = 256;
    private const ulong BackwardMax = 20_000;
    private const ulong SaveEveryMs = 10_000;

    private readonly TrustStore _store = new(options.TrustFile);
    private readonly VerifiedHeaders _verified = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly Lock _saving = new();
    private volatile string? _chainId;
    private ulong _savedAt, _savedHeight;

    public BlockPace Pace { get; } = new(options.BlockTimeMs);

    /// <summary>Empty before the first header was trusted, unless the configuration names it.</summary>
    public string ChainId => _chainId ?? options.ChainId;

    public ExtendedHeader? Newest => _verified.Newest;

    /// <summary>What went wrong with the file, which nothing else shows.</summary>
    public DaFailure StoreFailure { get; private set; } = DaFailure.None;

    /// <summary>The header of a height, verified.</summary>
    public async Task<(ExtendedHeader? Header, CallFailure? Failure)> GetAsync(ulong height, NodeCalls source, CancellationToken cancel)
    {
        if (_verified.Whole(height) is { } known) return (known, null);
        (ExtendedHeader? header, CallFailure? failure) = await source.HeaderAsync(height, cancel);
        return header is null ? (null, failure) : await AcceptAsync(header, source, cancel);
    }

    /// <summary>Verifies a header that a node gave.</summary>
    public async Task<(ExtendedHeader? Header, CallFailure? Failure)> AcceptAsync(ExtendedHeader header, NodeCalls source, CancellationToken cancel)
    {
        if (await StartAsync(source, cancel) is { } unstarted) return (null, unstarted);
        if (header.Header.ChainId != ChainId) return (null, CallFailure.Of(new DaFailure(DaCodes.WrongChain, $"of chain \"{header.Header.ChainId}\", not \"{ChainId}\"", source.Name)));
        if (_verified.Whole(header.Height) is { } same && same.Hash == header.Hash) return (same, null);
        if (_verified.HashAt(header.Height) is { } hash)
        {
            if (header.Hash != hash) return (null, Wrong(new DaVerdict(DaFault.Header, $"header {header.Height} is {header.Hash}, verified was {hash}"), source));
            DaVerdict again = HeaderVerifier.CheckAlone(header, ChainId); // the hash says nothing of commit and roots
            return again.IsValid ? Keep(header) : (null, Wrong(again, source));
        }
        (HeaderAnchor? below, HeaderAnchor? above) = _verified.Around(header.Height);
        CallFailure? failure = null;
        if (below is { } lower && !IsExpired(lower))
        {
            failure = await ForwardAsync(lower, header, source, cancel);
            if (failure is null) return Keep(header);
        }
        if (above is { } upper && failure is null)
        {
            failure = await BackwardAsync(upper, header, source, cancel);
            if (failure is null) return Keep(header);
        }
        return (null, failure ?? Wrong(new DaVerdict(DaFault.Expired, $"no header that is trusted is younger than {options.TrustPeriodMs} ms: trust a newer one"), source));
    }

    public void Dispose()
    {
        Save(isLast: true);
        _starting.Dispose();
    }

    /// <summary>What is trusted first: the file, the configuration, or the first that a node serves.</summary>
    /// <returns>Null where something is trusted.</returns>
    private async Task<CallFailure?> StartAsync(NodeCalls source, CancellationToken cancel)
    {
        if (_chainId is not null) return null;
        await _starting.WaitAsync(cancel);
        try
        {
            if (_chainId is not null) return null;
            StoreFailure = _store.TryLoad(out TrustState? stored);
            if (!StoreFailure.IsNone && options.Trusted is null) return CallFailure.Of(StoreFailure);
            if (stored is not null && options.ChainId.Length > 0 && stored.ChainId != options.ChainId)
                return CallFailure.Of(new DaFailure(DaCodes.WrongChain, $"the file of trusted headers is of chain \"{stored.ChainId}\", not \"{options.ChainId}\""));
            if (stored is not null)
            {
                foreach (HeaderAnchor anchor in stored.Anchors) _verified.AddAnchor(anchor);
                _verified.Add(stored.Newest);
            }
            bool needsConfigured = options.Trusted is { } wanted && _verified.HashAt(wanted.Height) != wanted.Hash;
            if (options.Trusted is { } trusted && needsConfigured)
            {
                if (_verified.HashAt(trusted.Height) is { } other)
                    return CallFailure.Of(new DaFailure(DaCodes.TrustFile, $"header {trusted.Height} is {other} in the file, {trusted.Hash} in the configuration"));
                // With a file the configured header need not be served any more; without one it must.
                if (await TrustAsync(trusted, stored?.ChainId ?? options.ChainId, source, cancel) is { } refused && stored is null) return refused;
            }
            else if (stored is null)
            {
                if (!options.TrustsOnFirstUse) return CallFailure.Of(new DaFailure(DaCodes.NoTrust, "no trusted header is configured"));
                if (await TrustFirstAsync(source, cancel) is { } refused) return refused;
            }
            _chainId = _verified.Newest?.Header.ChainId ?? options.ChainId;
            return null;
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<CallFailure?> TrustAsync(TrustedHeader trusted, string chainId, NodeCalls source, CancellationToken cancel)
    {
        (ExtendedHeader? header, CallFailure? failure) = await source.HeaderAsync(trusted.Height, cancel);
        if (header is null) return failure;
        DaVerdict verdict = HeaderVerifier.CheckTrusted(header, trusted.Height, trusted.Hash, chainId.Length > 0 ? chainId : header.Header.ChainId);
        if (!verdict.IsValid) return Wrong(verdict, source);
        _verified.Add(header);
        return null;
    }

    /// <summary>The first block where it is served and not too old, so that all after it can be verified forward; otherwise the head.</summary>
    private async Task<CallFailure?> TrustFirstAsync(NodeCalls source, CancellationToken cancel)
    {
        (ExtendedHeader? header, _) = await source.HeaderAsync(1, cancel);
        CallFailure? failure = null;
        if (header is null || IsExpired(HeaderAnchor.Of(header))) (header, failure) = await source.HeadAsync(cancel);
        if (header is null) return failure;
        string chainId = options.ChainId.Length > 0 ? options.ChainId : header.Header.ChainId;
        if (header.Header.ChainId != chainId) return CallFailure.Of(new DaFailure(DaCodes.WrongChain, $"of chain \"{header.Header.ChainId}\", not \"{chainId}\"", source.Name));
        DaVerdict verdict = HeaderVerifier.CheckAlone(header, chainId);
        if (!verdict.IsValid) return Wrong(verdict, source);
        _verified.Add(header);
        return null;
    }

    private async Task<CallFailure?> ForwardAsync(HeaderAnchor from, ExtendedHeader target, NodeCalls source, CancellationToken cancel)
    {
        (ExtendedHeader? trusted, CallFailure? failure) = await WholeAsync(from, source, cancel);
        if (trusted is null) return failure;
        Stack<ExtendedHeader> targets = new([target]);
        for (int i = 0; i < BisectionsMax; i++)
        {
            ExtendedHeader next = targets.Peek();
            DaVerdict verdict = HeaderVerifier.Verify(trusted, next, Trust(), NowMs());
            if (verdict.IsValid)
            {
                trusted = targets.Pop();
                if (targets.Count == 0) return null;
                Keep(trusted);
                continue;
            }
            if (verdict.Fault != DaFault.NotEnoughTrust) return Wrong(verdict, source);
            (ExtendedHeader? middle, failure) = await source.HeaderAsync(trusted.Height + ((next.Height - trusted.Height) / 2), cancel);
            if (middle is null) return failure;
            targets.Push(middle);
        }
        return Wrong(new DaVerdict(DaFault.NotEnoughTrust, $"the validators changed too often between {from.Height} and {target.Height}"), source);
    }

    private async Task<CallFailure?> BackwardAsync(HeaderAnchor from, ExtendedHeader target, NodeCalls source, CancellationToken cancel)
    {
        if (from.Height - target.Height > BackwardMax) return Wrong(new DaVerdict(DaFault.Expired, $"height {target.Height} is too far below {from.Height}, and no trusted header before it is young enough"), source);
        (ExtendedHeader? above, CallFailure? failure) = await WholeAsync(from, source, cancel);
        while (above is not null && above.Height > target.Height + 1)
        {
            (IReadOnlyList<ExtendedHeader> below, failure) = await BelowAsync(above, target.Height, source, cancel);
            if (below.Count == 0) return failure;
            for (int i = below.Count - 1; i >= 0; i--)
            {
                DaVerdict verdict = HeaderVerifier.VerifyParent(above, below[i]);
                if (!verdict.IsValid) return Wrong(verdict, source);
                above = below[i];
            }
            _verified.AddAnchor(HeaderAnchor.Of(above));
        }
        if (above is null) return failure;
        DaVerdict last = HeaderVerifier.VerifyParent(above, target);
        return last.IsValid ? null : Wrong(last, source);
    }

    /// <summary>Headers right below one, in ascending order, and above a floor.</summary>
    private static async Task<(IReadOnlyList<ExtendedHeader> Headers, CallFailure? Failure)> BelowAsync(ExtendedHeader above, ulong floor, NodeCalls source, CancellationToken cancel)
    {
        ulong from = above.Height - floor > NodeCalls.RangeMax ? above.Height - NodeCalls.RangeMax - 1 : floor;
        if (above.Height - floor > 2)
        {
            (ExtendedHeader? start, CallFailure? failed) = await source.HeaderAsync(from, cancel);
            if (start is null) return ([], failed);
            (IReadOnlyList<ExtendedHeader>? range, _) = await source.HeadersAsync(start, above.Height, cancel);
            if (range is { Count: > 0 } && range[^1].Height == above.Height - 1) return (range, null);
        }
        (ExtendedHeader? one, CallFailure? failure) = await source.HeaderAsync(above.Height - 1, cancel);
        return one is null ? ([], failure) : ([one], null);
    }

    /// <summary>An anchor's header as a whole, known again by its hash.</summary>
    private async Task<(ExtendedHeader? Header, CallFailure? Failure)> WholeAsync(HeaderAnchor anchor, NodeCalls source, CancellationToken cancel)
    {
        if (_verified.Whole(anchor.Height) is { } known) return (known, null);
        (ExtendedHeader? header, CallFailure? failure) = await source.HeaderAsync(anchor.Height, cancel);
        if (header is null) return (null, failure);
        DaVerdict verdict = HeaderVerifier.CheckTrusted(header, anchor.Height, anchor.Hash, ChainId);
        return verdict.IsValid ? (header, null) : (null, Wrong(verdict, source));
    }

    private (ExtendedHeader? Header, CallFailure? Failure) Keep(ExtendedHeader header)
    {
        _verified.Add(header);
        Pace.See(header.Height, header.Header.Time.UnixMs);
        Save(isLast: false);
        return (header, null);
    }

    private void Save(bool isLast)
    {
        ulong now = NowMs();
        lock (_saving)
        {
            if (_chainId is null || _verified.Newest is not { } newest || newest.Height <= _savedHeight || (!isLast && now - _savedAt < SaveEveryMs)) return;
            if (_verified.State(_chainId) is not { } state) return;
            StoreFailure = _store.Save(state);
            (_savedAt, _savedHeight) = (now, newest.Height);
        }
    }

    private bool IsExpired(HeaderAnchor anchor)
    {
        ulong now = NowMs();
        return now > anchor.TimeMs && now - anchor.TimeMs >= options.TrustPeriodMs;
    }

    private TrustOptions Trust() => new(ChainId, options.TrustPeriodMs);

    private ulong NowMs() => (ulong)Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds());

    private static CallFailure Wrong(DaVerdict verdict, NodeCalls source) => new(DaFailure.Of(verdict, source.Name), null, true);
}
