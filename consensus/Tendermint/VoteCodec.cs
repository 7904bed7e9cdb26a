using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// rlp([version, kind, height, round, valueId, polRound + 1, voter, signature]): the form on the wire, in the WAL and in
/// evidence. A nil vote has the empty string as value id.
/// </summary>
public static class VoteCodec
{
    private const ulong Version = 1;

    public static byte[] Encode(Vote vote)
    {
        var writer = new RlpWriter(stackalloc byte[192]);
        Write(ref writer, vote);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    public static void Write(ref RlpWriter writer, Vote vote)
    {
        writer.WriteListHeader(PayloadLength(vote));
        writer.Write(Version);
        writer.Write((ulong)vote.Kind);
        writer.Write(vote.Height);
        writer.Write((ulong)vote.Round);
        writer.Write(vote.IsNil ? default : vote.ValueId.Span);
        writer.Write((ulong)(vote.PolRound + 1L));
        writer.Write(vote.Voter);
        writer.Write(vote.Signature.Span);
    }

    /// <summary>Bytes of the encoding.</summary>
    public static int Length(Vote vote) => RlpLength.OfList(PayloadLength(vote));

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Vote? vote)
    {
        var reader = new RlpReader(bytes);
        return TryRead(ref reader, out vote) && reader.TryEnd();
    }

    /// <summary>
    /// The signature has 64 bytes or, not signed yet, none. A precommit's proof-of-lock round is not signed and hence always
    /// -1, so that no one can change a vote's bytes without its key.
    /// </summary>
    public static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out Vote? vote)
    {
        vote = null;
        if (!reader.TryReadList(out RlpReader fields)) return false;
        fields.TryReadUInt64(out ulong version);
        fields.TryReadUInt32(out uint kind);
        fields.TryReadUInt64(out ulong height);
        fields.TryReadUInt32(out uint round);
        fields.TryReadBytes(out ReadOnlySpan<byte> valueId, Hash256.Size);
        fields.TryReadUInt32(out uint polRound);
        fields.TryReadAddress(out Address voter);
        fields.TryReadBytes(out ReadOnlySpan<byte> signature, CertificateCodec.SignatureSize);
        if (!fields.TryEnd()) return reader.Fail(fields.Error);
        if (version != Version || kind is not ((uint)VoteKind.Prevote or (uint)VoteKind.Precommit)) return reader.Fail(RlpError.IntegerTooLarge);
        if (polRound > (kind == (uint)VoteKind.Precommit ? 0u : 1u + int.MaxValue)) return reader.Fail(RlpError.IntegerTooLarge);
        if (valueId.Length is not (0 or Hash256.Size) || signature.Length is not (0 or CertificateCodec.SignatureSize)) return reader.Fail(RlpError.LengthWrong);
        Hash256 value = valueId.IsEmpty ? Hash256.Zero : new Hash256(valueId);
        if (!valueId.IsEmpty && value.IsZero) return reader.Fail(RlpError.LeadingZero); // nil has one form
        vote = new Vote((VoteKind)kind, height, round, value, (int)(polRound - 1L), voter, signature.ToArray());
        return true;
    }

    private static int PayloadLength(Vote vote) =>
        RlpLength.Of(Version) + RlpLength.Of((ulong)vote.Kind) + RlpLength.Of(vote.Height) + RlpLength.Of((ulong)vote.Round)
        + RlpLength.Of(vote.IsNil ? default : vote.ValueId.Span) + RlpLength.Of((ulong)(vote.PolRound + 1L))
        + RlpLength.Of(vote.Voter.Span) + RlpLength.Of(vote.Signature.Span);
}
