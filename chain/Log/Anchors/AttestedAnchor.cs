using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log.Availability;

namespace Dsdn.Chain.Log.Anchors;

/// <summary>An anchor with the signatures that the chain asks for.</summary>
/// <param name="Signers">Bitmap in the order of the set.</param>
/// <param name="Signatures">64 bytes each, one a set bit.</param>
public sealed record AttestedAnchor(LogAnchor Anchor, ReadOnlyMemory<byte> Signers, IReadOnlyList<ReadOnlyMemory<byte>> Signatures)
{
    /// <summary>Whether it holds for the set of its epoch. Whether it is newer than the last one is the module's question.</summary>
    public LogVerdict Verify(ulong chainId, ulong epoch, ValidatorSet set)
    {
        if (Anchor.ChainId != chainId) return new(LogFault.ChainId, $"chain {Anchor.ChainId}, not {chainId}");
        if (Anchor.Epoch != epoch) return new(LogFault.Epoch, $"epoch {Anchor.Epoch}, not {epoch}");
        return ValidatorAttestation.Check(Anchor.Message, Anchor.ValidatorSetHash, set, Signers.Span, Signatures);
    }
}
