using Dsdn.Chain.Crypto;
using Dsdn.Consensus.Signing;

namespace Dsdn.Simulator.Machines;

/// <summary>Signs whatever it is given: a liar's, and that of the mutation without a record.</summary>
internal sealed class AnySigner(byte[] seed) : ISimulatedSigner
{
    public byte[]? Sign(SignRequest request)
    {
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
