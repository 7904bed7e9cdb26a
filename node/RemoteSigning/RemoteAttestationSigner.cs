using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Grpc;
using Dsdn.Node.Attestation;
using Dsdn.Node.RemoteSigning.Wire;
using Dsdn.Node.Validation;
using Google.Protobuf;

namespace Dsdn.Node.RemoteSigning;

/// <summary>The key and its record of attestations in another process. Has a connection of its own: a call that hangs or breaks here costs no vote.</summary>
/// <param name="link">Used by nothing else; disposed with this.</param>
/// <param name="publicKey">Of the key that is meant, 32 bytes.</param>
public sealed class RemoteAttestationSigner(SignerLink link, ReadOnlyMemory<byte> publicKey) : IAttestationSigner, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ByteString _key = ByteString.CopyFrom(publicKey.Span);

    public ReadOnlyMemory<byte> PublicKey { get; } = publicKey;

    public Task<AttestationResult> SignAsync(DaStatement statement, CancellationToken cancellation) =>
        SignAsync(SignerMethods.AttestBatch, statement.Encode(), statement.Message, cancellation);

    public Task<AttestationResult> SignAsync(LogAnchor anchor, CancellationToken cancellation) =>
        SignAsync(SignerMethods.AttestAnchor, LogAnchorCodec.EncodeStatement(anchor), anchor.Message, cancellation);

    public void Dispose() => link.Dispose();

    private async Task<AttestationResult> SignAsync(GrpcMethod<AttestRequest, AttestReply> method, byte[] statement, byte[] message, CancellationToken cancellation)
    {
        var request = new AttestRequest { PublicKey = _key, Statement = ByteString.CopyFrom(statement) };
        await _turn.WaitAsync(cancellation); // the link blocks a thread while it connects: one is enough
        try
        {
            return await Task.Run(() => Ask(method, request, message), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private AttestationResult Ask(GrpcMethod<AttestRequest, AttestReply> method, AttestRequest request, byte[] message)
    {
        try
        {
            byte[] signature = link.Call((channel, options) => channel.CallAsync(method, request, options)).Signature.ToByteArray();
            return signature.Length == Ed25519.SignatureSize && Ed25519.Verify(message, signature, PublicKey.Span)
                ? AttestationResult.Of(signature)
                : AttestationResult.Refused(SignerCodes.Malformed, "what the signer answered is not its signature of the statement");
        }
        catch (SignerAwayException e)
        {
            return AttestationResult.NoAnswer(e.Code, e.Detail);
        }
        catch (NotSignedException e)
        {
            return AttestationResult.Refused(e.Code, e.Detail);
        }
    }
}
