using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>Validators with more than two thirds of the power hold an envelope: a statement, who signed, their signatures in the order of the set.</summary>
/// <param name="Signers">Bitmap in the order of the set.</param>
/// <param name="Signatures">64 bytes each, one a set bit.</param>
public sealed record DaCertificate(DaStatement Statement, ReadOnlyMemory<byte> Signers, IReadOnlyList<ReadOnlyMemory<byte>> Signatures)
{
    /// <summary>What a <see cref="QuorumPointer"/> names.</summary>
    public Hash256 Hash => LogTag.Hash(LogDomain.Certificate, DaCertificateCodec.Encode(this));

    /// <summary>Whether it holds for the set of its epoch at this time.</summary>
    /// <param name="nowMs">Log time; expired from <see cref="DaStatement.ExpiresMs"/> on.</param>
    public LogVerdict Verify(ulong chainId, ValidatorSet set, ulong nowMs)
    {
        if (Statement.ChainId != chainId) return new(LogFault.ChainId, $"chain {Statement.ChainId}, not {chainId}");
        if (Statement.ExpiresMs < Statement.CreatedMs || Statement.ExpiresMs - Statement.CreatedMs != DaStatement.KeptMs)
            return new(LogFault.Expiry, $"kept from {Statement.CreatedMs} to {Statement.ExpiresMs}, not for {DaStatement.KeptMs} ms");
        if (nowMs >= Statement.ExpiresMs) return new(LogFault.Expiry, $"expired at {Statement.ExpiresMs}");
        return ValidatorAttestation.Check(Statement.Message, Statement.ValidatorSetHash, set, Signers.Span, Signatures);
    }
}
