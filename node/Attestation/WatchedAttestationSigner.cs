using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Node.Observability;
using Dsdn.Node.Validation;

namespace Dsdn.Node.Attestation;

/// <summary>Attests nothing while votes are stopped because another machine uses the key (<see cref="WatchedSigner"/>): its record of attestations is not this one.</summary>
/// <param name="signer">Disposed with this.</param>
/// <param name="votes">What is known of the key's use.</param>
public sealed class WatchedAttestationSigner(IAttestationSigner signer, IVoteSigner votes) : IAttestationSigner, IDisposable
{
    public ReadOnlyMemory<byte> PublicKey => signer.PublicKey;

    public Task<AttestationResult> SignAsync(DaStatement statement, CancellationToken cancellation) => Stopped ?? signer.SignAsync(statement, cancellation);

    public Task<AttestationResult> SignAsync(LogAnchor anchor, CancellationToken cancellation) => Stopped ?? signer.SignAsync(anchor, cancellation);

    public void Dispose() => (signer as IDisposable)?.Dispose();

    private Task<AttestationResult>? Stopped => votes.Status is { State: SigningState.Stopped } status
        ? Task.FromResult(AttestationResult.Refused(KeyInUseException.ErrorCode, $"another machine signed with this key at {status.Detail}"))
        : null;
}
