using Dsdn.Chain.Crypto;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Signing;
using Dsdn.Grpc;
using Dsdn.Node.Observability;
using Dsdn.Node.RemoteSigning.Wire;
using Dsdn.Node.Validation;
using Google.Protobuf;

namespace Dsdn.Node.RemoteSigning;

/// <summary>The key and its record in another process, asked over mutual TLS. Safe for several threads at once.</summary>
/// <param name="publicKey">Of the key that is meant, 32 bytes.</param>
public sealed class RemoteVoteSigner(SignerLink link, ReadOnlyMemory<byte> publicKey) : IVoteSigner, IDisposable
{
    private readonly ByteString _key = ByteString.CopyFrom(publicKey.Span);

    public ReadOnlyMemory<byte> PublicKey { get; } = publicKey;

    /// <summary>As far as this process knows: what it was told when it connected, and what it got signed since.</summary>
    public LastSign Last => link.Last;

    public bool AnswersAtOnce => false;

    public SigningStatus Status => new(link.IsAway ? SigningState.Away : SigningState.Remote, link.Address);

    /// <exception cref="SignerAwayException">no answer; the same request may be made again</exception>
    /// <exception cref="NotSignedException">the signer refuses</exception>
    public byte[] Sign(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes)
    {
        byte[] message = signBytes.ToArray();
        var request = new SignRequest { PublicKey = _key, Height = height, Round = round, Step = (uint)step, SignBytes = ByteString.CopyFrom(message) };
        byte[] signature = link.Call((channel, options) => channel.CallAsync(SignerMethods.Sign, request, options)).Signature.ToByteArray();
        if (signature.Length != Ed25519.SignatureSize) throw new SignerRefusedException(SignerCodes.Malformed, "what the signer answered is no signature");
        link.Signed(SigningRules.After(link.Last, height, round, step, message, signature));
        return signature;
    }

    /// <summary>On the thread that builds blocks, so it waits for no connection: a block without a proof is as good.</summary>
    public byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon)
    {
        var request = new BeaconRequest { PublicKey = _key, ChainId = chainId, Height = height, PreviousBeacon = ByteString.CopyFrom(previousBeacon.Span) };
        byte[] proof = link.Call((channel, options) => channel.CallAsync(SignerMethods.ProveBeacon, request, options), mayConnect: false).Proof.ToByteArray();
        return proof.Length == VrfBeacon.ProofSize ? proof : throw new SignerRefusedException(SignerCodes.Malformed, "what the signer answered is no beacon proof");
    }

    public LastSign ReadLast() => link.Describe().Last;

    public void Dispose() => link.Dispose();
}
