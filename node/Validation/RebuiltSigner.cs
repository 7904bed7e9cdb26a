using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;

namespace Dsdn.Node.Validation;

/// <summary>
/// The signer of a validator that lost its last-sign record while others may hold votes of it: it refuses until it has heard
/// how far the network is, then signs only above that height and a margin of two epochs, which no vote it forgot can reach
/// (chain-decisions 1.11). The height is kept in the new record, so a restart does not begin to wait again.
/// </summary>
/// <param name="marginHeights">Two epochs.</param>
/// <param name="distrustsRecord">There is a record, but another machine signed as well.</param>
/// <param name="raised">Told once the new record is on disk.</param>
public sealed class RebuiltSigner(FileVoteSigner signer, ulong marginHeights, TimeProvider clock, bool distrustsRecord = false, Action? raised = null) : IVoteSigner
{
    private readonly Lock _lock = new();
    private readonly LostRecord _record = new(marginHeights);
    private volatile bool _isRaised = signer.Last.Height > 0 && !distrustsRecord;

    public ReadOnlyMemory<byte> PublicKey => signer.PublicKey;

    /// <summary>Empty while the record says nothing.</summary>
    public LastSign Last => _isRaised ? signer.Last : LastSign.None;

    /// <summary>A peer says it decided this height.</summary>
    public void Heard(ulong decidedHeight)
    {
        lock (_lock)
        {
            if (!_isRaised) _record.Heard(decidedHeight, NowMs());
        }
    }

    public byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon) => signer.ProveBeacon(chainId, height, previousBeacon);

    public byte[] Sign(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes)
    {
        lock (_lock)
        {
            if (!_isRaised) Raise(height);
        }
        return signer.Sign(height, round, step, signBytes);
    }

    private void Raise(ulong height)
    {
        signer.Raise(_record.Floor(height, NowMs()) ?? throw new DoubleSignException("the last-sign record was lost; listening for how far the network is"));
        _isRaised = true;
        raised?.Invoke();
    }

    /// <summary>Since any fixed moment: the wall clock may be set back.</summary>
    private ulong NowMs() => (ulong)clock.GetElapsedTime(0, clock.GetTimestamp()).TotalMilliseconds;
}
