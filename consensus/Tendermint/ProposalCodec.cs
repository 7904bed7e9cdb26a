using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// rlp([version, height, round, valueId, polRound + 1, timeMs, partsRoot, proposer, signature]): the form on the wire, in the
/// WAL and in evidence. What is signed is the scheme's matter (<see cref="IMessageScheme"/>).
/// </summary>
public static class ProposalCodec
{
    private const ulong Version = 1;

    public static byte[] Encode(Proposal proposal)
    {
        var writer = new RlpWriter(stackalloc byte[256]);
        Write(ref writer, proposal);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    public static void Write(ref RlpWriter writer, Proposal proposal)
    {
        writer.WriteListHeader(PayloadLength(proposal));
        writer.Write(Version);
        writer.Write(proposal.Height);
        writer.Write((ulong)proposal.Round);
        writer.Write(proposal.ValueId);
        writer.Write((ulong)(proposal.PolRound + 1L));
        writer.Write(proposal.TimeMs);
        writer.Write(proposal.PartsRoot);
        writer.Write(proposal.Proposer);
        writer.Write(proposal.Signature.Span);
    }

    /// <summary>Bytes of the encoding.</summary>
    public static int Length(Proposal proposal) => RlpLength.OfList(PayloadLength(proposal));

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Proposal? proposal)
    {
        var reader = new RlpReader(bytes);
        return TryRead(ref reader, out proposal) && reader.TryEnd();
    }

    /// <summary>The signature has 64 bytes or, not signed yet, none. A proposal of nothing (zero value id) is none.</summary>
    public static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out Proposal? proposal)
    {
        proposal = null;
        if (!reader.TryReadList(out RlpReader fields)) return false;
        fields.TryReadUInt64(out ulong version);
        fields.TryReadUInt64(out ulong height);
        fields.TryReadUInt32(out uint round);
        fields.TryReadHash(out Hash256 valueId);
        fields.TryReadUInt32(out uint polRound);
        fields.TryReadUInt64(out ulong timeMs);
        fields.TryReadHash(out Hash256 partsRoot);
        fields.TryReadAddress(out Address proposer);
        fields.TryReadBytes(out ReadOnlySpan<byte> signature, CertificateCodec.SignatureSize);
        if (!fields.TryEnd()) return reader.Fail(fields.Error);
        if (version != Version || valueId.IsZero || polRound > 1u + int.MaxValue) return reader.Fail(RlpError.IntegerTooLarge);
        if (signature.Length is not (0 or CertificateCodec.SignatureSize)) return reader.Fail(RlpError.LengthWrong);
        proposal = new Proposal(height, round, valueId, (int)(polRound - 1L), timeMs, partsRoot, proposer, signature.ToArray());
        return true;
    }

    private static int PayloadLength(Proposal proposal) =>
        RlpLength.Of(Version) + RlpLength.Of(proposal.Height) + RlpLength.Of((ulong)proposal.Round) + RlpLength.Of(proposal.ValueId.Span)
        + RlpLength.Of((ulong)(proposal.PolRound + 1L)) + RlpLength.Of(proposal.TimeMs) + RlpLength.Of(proposal.PartsRoot.Span)
        + RlpLength.Of(proposal.Proposer.Span) + RlpLength.Of(proposal.Signature.Span);
}
