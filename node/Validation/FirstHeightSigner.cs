using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;

namespace Dsdn.Node.Validation;

/// <summary>
/// The signer of a genesis validator beside an empty record and an empty chain: either the network begins now, or this
/// validator lost its whole disk and will be handed the chain by others. It signs if its first signature is of the first height.
/// </summary>
public sealed class FirstHeightSigner(FileVoteSigner signer) : IVoteSigner
{
    internal const string Lost = "its last-sign record is empty: restore it, or start with --lost-signer-state to sign again once every vote it may have cast lies behind";

    public ReadOnlyMemory<byte> PublicKey => signer.PublicKey;

    public LastSign Last => signer.Last;

    public byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon) => signer.ProveBeacon(chainId, height, previousBeacon);

    public byte[] Sign(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes)
    {
        if (signer.IsEmpty && height > 1) throw new DoubleSignException($"the network is at height {height} and knows this consensus key, but {Lost}");
        return signer.Sign(height, round, step, signBytes);
    }
}
