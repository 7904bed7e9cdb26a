using System.Buffers.Binary;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Audits;

/// <summary>What a node is asked for.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Leaf">Of the replica, from 0.</param>
public readonly record struct AuditDraw(uint Number, HeldReplica Replica, uint Leaf);

/// <summary>
/// The leaves of an audit: bytes drawn evenly over all that a node holds, so that what is lost is found in proportion to its size, not to its
/// number of files (dataplane 2, storage 3.2). Nobody chooses them: they follow from a beacon that nobody knew when the holdings froze.
/// </summary>
public static class AuditDraws
{
    /// <summary>H(tag | chain id u64 | audit epoch u64 | beacon 32 | node 32 | holdings root 32).</summary>
    public static Hash256 Seed(ulong chainId, ulong epoch, in Hash256 beacon, in Hash256 node, in Hash256 holdingsRoot) =>
        LogTag.Hash(LogDomain.AuditSeed, new LogWriter(128).U64(chainId).U64(epoch).Hash(beacon).Hash(node).Hash(holdingsRoot).Written);

    /// <param name="count">0 for a node that holds nothing.</param>
    public static AuditDraw[] Of(in Hash256 seed, AuditHoldings holdings, int count)
    {
        if (holdings.TotalBytes == 0) return [];
        AuditDraw[] draws = new AuditDraw[count];
        for (uint i = 0; i < draws.Length; i++)
        {
            (int replica, ulong offset) = holdings.At(Offset(seed, i, holdings.TotalBytes));
            draws[i] = new AuditDraw(i, holdings.Replicas[replica], checked((uint)(offset / ChunkRoot.LeafBytes)));
        }
        return draws;
    }

    /// <summary>The first 8 bytes of H(tag | seed | number u32 | try u32) modulo the total, of the first try below the greatest multiple of the total.</summary>
    internal static ulong Offset(in Hash256 seed, uint number, ulong totalBytes)
    {
        ulong rest = (ulong)((UInt128.One << 64) % totalBytes);
        for (uint attempt = 0; ; attempt++)
        {
            Hash256 hash = LogTag.Hash(LogDomain.AuditDraw, new LogWriter(40).Hash(seed).U32(number).U32(attempt).Written);
            ulong value = BinaryPrimitives.ReadUInt64BigEndian(hash.Span);
            if (rest == 0 || value < unchecked(0UL - rest)) return value % totalBytes;
        }
    }
}
