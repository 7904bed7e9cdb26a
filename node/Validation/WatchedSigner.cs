using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Observability;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Validation;

/// <summary>
/// Signs nothing from the moment at which the network shows a message of this key that the record did not make
/// (<see cref="SeenSignature.IsForeignTo"/>): another machine has the key, or this one's record went back in time (chain-decisions 1.11).
/// </summary>
/// <param name="stoppedAt">Null: nothing was seen before this start.</param>
public sealed class WatchedSigner(IVoteSigner signer, KeyStop stop, KeyStopPlace? stoppedAt, ILogger logger) : IVoteSigner
{
    private volatile KeyStopPlace? _stoppedAt = stoppedAt;

    public ReadOnlyMemory<byte> PublicKey => signer.PublicKey;

    public LastSign Last => signer.Last;

    public bool AnswersAtOnce => signer.AnswersAtOnce;

    public SigningStatus Status => _stoppedAt is { } place ? new SigningStatus(SigningState.Stopped, place.ToString()) : signer.Status;

    public LastSign ReadLast() => signer.ReadLast();

    public byte[] Sign(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes) =>
        _stoppedAt is { } place ? throw Stopped(place) : signer.Sign(height, round, step, signBytes);

    public byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon) =>
        _stoppedAt is { } place ? throw Stopped(place) : signer.ProveBeacon(chainId, height, previousBeacon);

    /// <summary>A peer says it decided this height.</summary>
    public void Heard(ulong decidedHeight) => (signer as RebuiltSigner)?.Heard(decidedHeight);

    /// <exception cref="SignerAwayException">the record cannot be asked now; what is known of it does not explain the message</exception>
    public void Seen(SeenSignature seen)
    {
        if (_stoppedAt is not null || !seen.IsForeignTo(signer.Last) || !seen.IsForeignTo(signer.ReadLast())) return;
        var place = KeyStopPlace.Of(seen);
        _stoppedAt = place;
        ConsensusMetrics.KeyInUse();
        ReplicaLog.KeyInUse(logger, KeyInUseException.ErrorCode, place.Height, place.Round, place.Step, signer.Last.Height, signer.Last.Round, signer.Last.Step.ToString());
        stop.Write(place);
    }

    private static KeyInUseException Stopped(KeyStopPlace place) => new($"another machine signed with this key at {place}; once that is off for good, start with --lost-signer-state");
}
