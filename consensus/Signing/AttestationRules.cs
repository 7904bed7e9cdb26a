using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Signing;

/// <summary>Whether a statement may be signed, and what must be on disk before the signature is handed out.</summary>
/// <param name="ToRecord">Null: the record binds to it already (or it is refused).</param>
public readonly record struct AttestAnswer(AttestRefusal Refusal, SignedSeq? ToRecord);

/// <summary>
/// What a validator's key may say of the log: of one seq one core hash and one state root, for ever (rulings 39). The epoch, the
/// set and where the batch lies on Celestia may differ: they do not change what the key vouches for. Pure: a node and a signer ask here.
/// </summary>
public static class AttestationRules
{
    /// <summary>How far the log's time may be ahead of the signer's clock. What is signed further ahead would stay in the record for as much longer.</summary>
    public const ulong AheadMsMax = 60 * 60 * 1_000;

    /// <summary>How old batch 1 may be for <see cref="IsOfLogThatBegins"/>.</summary>
    public const ulong BeginsMsMax = 60_000;

    /// <param name="record">From which what expired was dropped.</param>
    public static AttestAnswer Ask(AttestationRecord record, ulong chainId, DaStatement statement, ulong nowMs)
    {
        if (statement.ChainId != chainId) return Refuse(AttestRefusal.Chain);
        if (statement.Seq == 0 || statement.Namespace.Length != CelestiaPointer.NamespaceBytes || statement.ShareVersion > 1 || statement.CreatedMs > LogLimits.TimeMsMax
            || statement.DataBytes is 0 or > BatchEnvelopeCodec.BytesMax) return Refuse(AttestRefusal.Malformed);
        bool isKnown = record.TryGet(statement.Seq, out Hash256? coreHash, out _);
        if (isKnown && coreHash != statement.CoreHash) return Refuse(AttestRefusal.AnotherCoreHash);
        if (!isKnown && statement.Seq <= record.Floor) return Refuse(AttestRefusal.BelowFloor);
        if (statement.ExpiresMs != statement.CreatedMs + DaStatement.KeptMs || nowMs >= statement.ExpiresMs) return Refuse(AttestRefusal.Expired);
        if (statement.CreatedMs > nowMs && statement.CreatedMs - nowMs > AheadMsMax) return Refuse(AttestRefusal.Ahead);
        return isKnown ? default : Record(record, new SignedSeq(statement.Seq, statement.CoreHash, null, statement.ExpiresMs));
    }

    /// <inheritdoc cref="Ask(AttestationRecord, ulong, DaStatement, ulong)"/>
    public static AttestAnswer Ask(AttestationRecord record, ulong chainId, LogAnchor anchor, ulong nowMs)
    {
        if (anchor.ChainId != chainId) return Refuse(AttestRefusal.Chain);
        if (anchor.Seq == 0 || (anchor.DaHeight == 0) != anchor.DaDataRoot.IsZero) return Refuse(AttestRefusal.Malformed);
        bool isKnown = record.TryGet(anchor.Seq, out Hash256? coreHash, out Hash256? stateRoot);
        if (isKnown && coreHash != anchor.CoreHash) return Refuse(AttestRefusal.AnotherCoreHash);
        if (stateRoot is { } root) return root == anchor.StateRoot ? default : Refuse(AttestRefusal.AnotherStateRoot);
        if (!isKnown && anchor.Seq <= record.Floor) return Refuse(AttestRefusal.BelowFloor);
        return Record(record, new SignedSeq(anchor.Seq, anchor.CoreHash, anchor.StateRoot, nowMs + DaStatement.KeptMs));
    }

    /// <summary>
    /// Whether a key without a record may take this for the beginning of the log: batch 1, created a moment ago. Who lost its record
    /// while the log went on is shown batch 1 later than that.
    /// </summary>
    public static bool IsOfLogThatBegins(DaStatement statement, ulong nowMs) =>
        statement.Seq == 1 && statement.CreatedMs <= LogLimits.TimeMsMax && nowMs <= statement.CreatedMs + BeginsMsMax;

    private static AttestAnswer Record(AttestationRecord record, SignedSeq signed) => record.IsFull ? Refuse(AttestRefusal.RecordFull) : new AttestAnswer(AttestRefusal.None, signed);

    private static AttestAnswer Refuse(AttestRefusal refusal) => new(refusal, null);
}
