using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Attestation;

/// <summary>What an audit of one validator and one envelope showed.</summary>
public enum AuditVerdict : byte
{
    /// <summary>It has every leaf that it was asked for.</summary>
    Held,

    /// <summary>It did not answer in time, or said that it has not the envelope. Said by who asked.</summary>
    NoAnswer,

    /// <summary>The challenge is not about this statement.</summary>
    AnotherStatement,

    /// <summary>The answer's bytes are of no answer.</summary>
    Malformed,

    /// <summary>Other leaves, or another number of them, than were asked for.</summary>
    OtherLeaves,

    /// <summary>A leaf that is not in the envelope which the statement is about.</summary>
    WrongLeaf,
}

/// <summary>The stable text of each verdict.</summary>
public static class AuditVerdicts
{
    public static string Code(this AuditVerdict verdict) => verdict switch
    {
        AuditVerdict.Held => "",
        AuditVerdict.NoAnswer => "DSDN-E-AUDIT-NO-ANSWER",
        AuditVerdict.AnotherStatement => "DSDN-E-AUDIT-STATEMENT",
        AuditVerdict.Malformed => "DSDN-E-AUDIT-MALFORMED",
        AuditVerdict.OtherLeaves => "DSDN-E-AUDIT-LEAVES",
        AuditVerdict.WrongLeaf => "DSDN-E-AUDIT-LEAF",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };
}

/// <summary>Answers and judges audits of attested envelopes. Both sides derive the leaves from the challenge; neither believes the other.</summary>
public static class AttestationAudit
{
    /// <summary>Of an answer: each leaf with its content and at most as many siblings as the longest envelope needs.</summary>
    public const int AnswerBytesMax = 1 + (AuditChallenge.LeavesMax * (4 + 4 + ChunkRoot.LeafBytes + 1 + (SiblingsMax * Hash256.Size)));

    private const int SiblingsMax = 11;

    /// <param name="statement">That this validator signed, of the challenge's batch.</param>
    /// <param name="envelope">The bytes in its archive.</param>
    /// <param name="validator">Its own consensus key.</param>
    /// <returns>Null: the challenge is about other bytes than these.</returns>
    public static byte[]? Answer(AuditChallenge challenge, DaStatement statement, ReadOnlyMemory<byte> envelope, in Hash256 validator)
    {
        if (!IsAbout(challenge, statement) || (uint)envelope.Length != statement.DataBytes) return null;
        ChunkLeaf[] leaves = ChunkRoot.Prove(envelope, challenge.Indexes(statement, validator));
        LogWriter writer = new LogWriter(1 + (leaves.Length * (ChunkRoot.LeafBytes + 512))).U8((byte)leaves.Length);
        foreach (ChunkLeaf leaf in leaves) leaf.Write(writer);
        return writer.ToArray();
    }

    /// <param name="validator">The consensus key of who was asked.</param>
    public static AuditVerdict Verify(AuditChallenge challenge, DaStatement statement, in Hash256 validator, ReadOnlyMemory<byte> answer)
    {
        if (!IsAbout(challenge, statement)) return AuditVerdict.AnotherStatement;
        if (answer.Length > AnswerBytesMax || !TryRead(answer, out ChunkLeaf[] leaves)) return AuditVerdict.Malformed;
        uint[] asked = challenge.Indexes(statement, validator);
        if (!asked.AsSpan().SequenceEqual(leaves.Select(static leaf => leaf.Index).ToArray())) return AuditVerdict.OtherLeaves;
        foreach (ChunkLeaf leaf in leaves)
        {
            if (!leaf.IsIn(statement.ChunkRoot, statement.DataBytes)) return AuditVerdict.WrongLeaf;
        }
        return AuditVerdict.Held;
    }

    private static bool IsAbout(AuditChallenge challenge, DaStatement statement) =>
        challenge.Seq == statement.Seq && challenge.Sha256 == statement.Sha256 && challenge.LeafCount is > 0 and <= AuditChallenge.LeavesMax
        && statement.DataBytes is > 0 and <= BatchEnvelopeCodec.BytesMax;

    private static bool TryRead(ReadOnlyMemory<byte> answer, out ChunkLeaf[] leaves)
    {
        LogReader reader = new(answer);
        leaves = new ChunkLeaf[reader.U8(AuditChallenge.LeavesMax)];
        for (int i = 0; i < leaves.Length; i++) leaves[i] = ChunkLeaf.Read(ref reader);
        return reader.End() == LogFault.None;
    }
}
