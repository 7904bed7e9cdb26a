using Dsdn.Chain.Crypto;
using Dsdn.Consensus.Signing;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Forks;

/// <summary>Shared by both machines of a liar: one message for each height, round and step, and no memory of locks.</summary>
internal sealed class OnePlaceSigner(byte[] seed) : ISimulatedSigner
{
    private readonly Dictionary<(ulong Height, uint Round, SignStep Step), byte[]> _signed = [];

    public byte[]? Sign(SignRequest request)
    {
        if (!_signed.TryAdd((request.Height, request.Round, request.Step), request.Message) && !_signed[(request.Height, request.Round, request.Step)].AsSpan().SequenceEqual(request.Message)) return null;
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(request.Message, seed, signature);
        return signature;
    }

    public void Heard(ulong decidedHeight, ulong nowMs)
    {
    }

    public void Seen(SeenSignature seen)
    {
    }
}
