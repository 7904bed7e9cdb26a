using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Validation;

/// <summary>
/// The signer of a validator that lost its last-sign record while others may hold votes of it: it refuses until it has heard
/// how far the network is, then signs only above that height and a margin of two epochs, which no vote it forgot can reach
/// (chain-decisions 1.11). The height is kept in the new record, so a restart does not begin to wait again.
/// </summary>
/// <param name="marginHeights">Two epochs.</param>
public sealed class RebuiltSigner(FileVoteSigner signer, ulong marginHeights, TimeProvider clock) : IVoteSigner
{
    /// <summary>How long peers are listened to before the highest of them is believed.</summary>
    private static readonly TimeSpan Listening = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private DateTimeOffset? _until;
    private ulong _best;
    private bool _isRaised = signer.Last.Height > 0;

    public ReadOnlyMemory<byte> PublicKey => signer.PublicKey;

    public LastSign Last => signer.Last;

    /// <summary>A peer says it decided this height.</summary>
    public void Heard(ulong decidedHeight)
    {
        lock (_lock)
        {
            if (_isRaised) return;
            _best = Math.Max(_best, decidedHeight);
            _until ??= clock.GetUtcNow() + Listening;
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
        if (_until is not { } until || clock.GetUtcNow() < until) throw new DoubleSignException("the last-sign record was lost; listening for how far the network is");
        signer.Raise(Math.Max(_best, height) + marginHeights);
        _isRaised = true;
    }
}
