using Dsdn.Chain.Log.Proofs;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Audits;

/// <summary>The leaf of an audit fault in the operations part of the log's state: table u8 | node 32 | epoch u64 | fault.</summary>
public static class AuditFaultLeaf
{
    /// <summary>Of the table AuditFault.</summary>
    public const byte Table = 98;

    public static byte[] Encode(in Hash256 node, ulong epoch, AuditFault fault)
    {
        LogWriter writer = new LogWriter(128).U8(Table).Hash(node).U64(epoch);
        fault.Write(writer);
        return writer.ToArray();
    }

    /// <summary>What a proven leaf says of a node and epoch; null where it is another row.</summary>
    public static AuditFault? Read(StateLeafProof proof, in Hash256 node, ulong epoch)
    {
        LogReader reader = new(proof.Leaf.Leaf);
        bool isIts = reader.U8() == Table && reader.Hash() == node && reader.U64() == epoch;
        AuditFault fault = AuditFault.Read(ref reader);
        return isIts && reader.End() == LogFault.None ? fault : null;
    }
}
