using System.Buffers.Binary;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Attestation;

/// <summary>
/// Asks a validator that attested an envelope for random leaves of it (da 5.3). Which ones follows from a seed that is drawn when
/// it is asked, and from its key, so that one who keeps nothing cannot have the answer ready nor repeat another's.
/// </summary>
/// <param name="Sha256">Of the envelope: several may have one core hash.</param>
/// <param name="Seed">32 random bytes.</param>
/// <param name="LeafCount">1 to <see cref="LeavesMax"/>.</param>
public sealed record AuditChallenge(ulong Seq, Hash256 Sha256, Hash256 Seed, byte LeafCount)
{
    public const int LeavesMax = 16;

    /// <summary>Of this statement.</summary>
    public static AuditChallenge Of(DaStatement statement, in Hash256 seed, byte leafCount) => new(statement.Seq, statement.Sha256, seed, leafCount);

    /// <summary>seq u64 | SHA-256 32 | seed 32 | leaves u8.</summary>
    public byte[] Encode() => new LogWriter(128).U64(Seq).Hash(Sha256).Hash(Seed).U8(LeafCount).ToArray();

    /// <param name="challenge">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out AuditChallenge? challenge)
    {
        LogReader reader = new(bytes);
        AuditChallenge read = new(reader.U64(), reader.Hash(), reader.Hash(), reader.U8(LeavesMax));
        if (read.Seq == 0 || read.LeafCount == 0) reader.Fail(LogFault.Value);
        LogFault fault = reader.End();
        challenge = fault == LogFault.None ? read : null;
        return fault;
    }

    /// <summary>The leaves that this validator is asked for; some may be the same.</summary>
    /// <param name="validator">Its consensus key.</param>
    public uint[] Indexes(DaStatement statement, in Hash256 validator)
    {
        Hash256 id = statement.Id;
        ulong count = ChunkRoot.LeafCount(statement.DataBytes);
        uint[] indexes = new uint[LeafCount];
        for (int i = 0; i < indexes.Length; i++)
        {
            Hash256 draw = LogTag.Hash(LogDomain.AttestationAudit, [.. id.Span, .. validator.Span, .. Seed.Span, (byte)i]);
            indexes[i] = (uint)(BinaryPrimitives.ReadUInt64BigEndian(draw.Span) % count);
        }
        return indexes;
    }
}
