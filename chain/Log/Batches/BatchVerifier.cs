using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Batches;

/// <summary>
/// Whether an envelope is the next batch of the log: it continues the chain of hashes, more than two thirds of its committee
/// voted for it, the group signed it, and the body is the one that was signed. Signatures come before decompression. Which
/// events of the body count is not looked at here.
/// </summary>
public static class BatchVerifier
{
    /// <param name="body">Null where the verdict is not valid.</param>
    public static LogVerdict Verify(BatchEnvelope envelope, BatchContext context, out BatchBody? body)
    {
        body = null;
        if (CheckChain(envelope.Header, context) is { IsValid: false } broken) return broken;
        if (CheckSignatures(envelope, context.Committee) is { IsValid: false } unsigned) return unsigned;
        return CheckBody(envelope, out body);
    }

    /// <summary>The header against the one before it.</summary>
    public static LogVerdict CheckChain(BatchHeader header, BatchContext context)
    {
        BatchHeader? previous = context.Previous;
        ulong expected = previous is null ? 1 : previous.Seq + 1;
        if (header.ChainId != context.ChainId) return new(LogFault.ChainId, $"chain {header.ChainId}, not {context.ChainId}");
        if (header.LogId != context.LogId) return new(LogFault.LogId, $"log {header.LogId}, not {context.LogId}");
        if (header.Seq != expected) return new(LogFault.Sequence, $"batch {header.Seq}, expected {expected}");
        if (header.PreviousHash != (previous?.CoreHash ?? context.LogId)) return new(LogFault.PreviousHash, $"batch {header.Seq} does not continue the batch before");
        if (header.Epoch != context.Committee.Epoch) return new(LogFault.Epoch, $"epoch {header.Epoch}, not {context.Committee.Epoch}");
        if (header.CommitteeHash != context.Committee.Hash) return new(LogFault.CommitteeHash, $"committee {header.CommitteeHash} is not that of epoch {header.Epoch}");
        if (header.LogTimeMs <= (previous?.LogTimeMs ?? 0)) return new(LogFault.LogTime, $"time {header.LogTimeMs} is not after {previous?.LogTimeMs ?? 0}");
        if (!ContinuesAnchor(header, previous, context.LogId)) return new(LogFault.Anchor, $"block {header.AnchorHeight} {header.AnchorHash} does not follow the anchor before");
        if (header.ForcedCursor < (previous?.ForcedCursor ?? 0)) return new(LogFault.ForcedCursor, $"cursor {header.ForcedCursor} goes back");
        if (!ContinuesCheckpoint(header, previous)) return new(LogFault.Checkpoint, $"checkpoint {header.CheckpointSeq} does not follow the one before");
        return LogVerdict.Valid;
    }

    /// <summary>Votes, group signature, author: needs no batch before.</summary>
    public static LogVerdict CheckSignatures(BatchEnvelope envelope, Committee committee)
    {
        BatchHeader header = envelope.Header;
        int members = committee.Members.Count;
        if (!Bitmap.IsCanonical(envelope.Voters.Span, members) || Bitmap.Count(envelope.Voters.Span) != envelope.Votes.Count)
            return new(LogFault.Bitmap, $"the bitmap is not one of {members} members with {envelope.Votes.Count} votes");
        if (!Committee.IsQuorum(envelope.Votes.Count, members)) return new(LogFault.Quorum, $"{envelope.Votes.Count} of {members} voted");
        if (header.Author >= members) return new(LogFault.BatchAuthor, $"member {header.Author} of {members}");
        Hash256 coreHash = header.CoreHash, commitHash = envelope.CommitHash;
        byte[] vote = BatchMessages.FinalVote(header.ChainId, header.Epoch, header.Seq, coreHash);
        for (int member = 0, next = 0; member < members; member++)
        {
            if (!Bitmap.Has(envelope.Voters.Span, member)) continue;
            if (!Ed25519.Verify(vote, envelope.Votes[next++].Span, committee.Members[member].Key.Span)) return new(LogFault.FinalVote, $"the vote of member {member}");
        }
        if (!Ed25519.Verify(BatchMessages.Group(header, coreHash, commitHash), envelope.GroupSignature.Span, committee.GroupKey.Span))
            return new(LogFault.GroupSignature, $"batch {header.Seq} is not signed by the committee of epoch {header.Epoch}");
        byte[] authored = BatchMessages.Envelope(coreHash, commitHash, envelope.GroupSignature.Span);
        return Ed25519.Verify(authored, envelope.AuthorSignature.Span, committee.Members[header.Author].Key.Span)
            ? LogVerdict.Valid
            : new(LogFault.AuthorSignature, $"the envelope is not signed by member {header.Author}");
    }

    /// <summary>The body against the header.</summary>
    /// <param name="body">Null where the verdict is not valid.</param>
    public static LogVerdict CheckBody(BatchEnvelope envelope, out BatchBody? body)
    {
        body = null;
        BatchHeader header = envelope.Header;
        if (new Hash256(SHA256.HashData(envelope.Body.Span)) != header.BodyHash) return new(LogFault.BodyHash, "the body is not the one that was signed");
        LogFault fault = BatchBodyCodec.TryUnpack(header.BodyCodec, envelope.Body, header.BodyBytes, out ReadOnlyMemory<byte> plain);
        if (fault != LogFault.None) return new(fault, $"the body cannot be unpacked to {header.BodyBytes} bytes");
        fault = BatchBodyCodec.TryDecode(plain, out BatchBody? read);
        if (read is null) return new(fault, "the body is not a list of events and one of receipts");
        if (read.Events.Count != header.EventsCount) return new(LogFault.EventsCount, $"{read.Events.Count} events, declared {header.EventsCount}");
        if (read.Receipts.Count != header.ReceiptsCount) return new(LogFault.ReceiptsCount, $"{read.Receipts.Count} receipts, declared {header.ReceiptsCount}");
        if (BatchRoots.Root(read.Events) != header.EventsRoot) return new(LogFault.EventsRoot, "the events have another root");
        if (BatchRoots.Root(read.Receipts) != header.ReceiptsRoot) return new(LogFault.ReceiptsRoot, "the receipts have another root");
        body = read;
        return LogVerdict.Valid;
    }

    /// <summary>Never back; a height has one hash; height 0 is the genesis block.</summary>
    private static bool ContinuesAnchor(BatchHeader header, BatchHeader? previous, in Hash256 genesis)
    {
        if (header.AnchorHeight == 0) return header.AnchorHash == genesis && (previous?.AnchorHeight ?? 0) == 0;
        if (previous is null || header.AnchorHeight > previous.AnchorHeight) return true;
        return header.AnchorHeight == previous.AnchorHeight && header.AnchorHash == previous.AnchorHash;
    }

    /// <summary>Never back; of a batch before this one; one root a batch; none has the zero root.</summary>
    private static bool ContinuesCheckpoint(BatchHeader header, BatchHeader? previous)
    {
        if (header.CheckpointSeq >= header.Seq || (header.CheckpointSeq == 0) != header.CheckpointRoot.IsZero) return false;
        if (previous is null || header.CheckpointSeq > previous.CheckpointSeq) return true;
        return header.CheckpointSeq == previous.CheckpointSeq && header.CheckpointRoot == previous.CheckpointRoot;
    }
}
