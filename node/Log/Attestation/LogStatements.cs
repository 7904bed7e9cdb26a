using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Attestation;

/// <summary>
/// What validators sign of a batch. It follows from the log alone, so that all of them, and whoever collects the signatures, make the same bytes: epoch and set are those
/// of the vote after the anchored block (rulings 39).
/// </summary>
/// <param name="name">Where the log's batches go on Celestia.</param>
/// <param name="epochBlocks">Of the chain.</param>
public sealed class LogStatements(ulong chainId, Namespace name, uint epochBlocks)
{
    /// <summary>Batches are blobs of share version 0 (rulings 34).</summary>
    public const byte ShareVersion = 0;

    /// <param name="encoded">The exact bytes of the envelope.</param>
    /// <param name="setHash">Of the validators after the batch.</param>
    public DaStatement Of(BatchHeader header, ReadOnlyMemory<byte> encoded, in Hash256 setHash) =>
        DaStatement.For(encoded.Span, header, EpochAt(header), setHash, name.ToArray(), ShareVersion, CommitmentOf(encoded));

    /// <summary>For the chain. Where the batch lies on Celestia is left open: not every validator reads it there.</summary>
    /// <param name="roots">After this batch.</param>
    public LogAnchor AnchorOf(BatchHeader header, in Hash256 setHash, LogRoots roots) =>
        new(chainId, EpochAt(header), setHash, header.Seq, header.CoreHash, roots.State, 0, Hash256.Zero);

    /// <summary>Where a log goes whose operators name no namespace of their own: "dsdn" and the first bytes of the log id.</summary>
    public static Namespace DefaultNamespace(in Hash256 logId) =>
        Namespace.TryUser([.. "dsdn"u8, .. logId.Span[..6]], out Namespace made).IsValid ? made : throw new InvalidOperationException("ten bytes make a namespace");

    /// <summary>Of an envelope as the one blob it is on Celestia.</summary>
    public Hash256 CommitmentOf(ReadOnlyMemory<byte> envelope) => ShareCommitment.Of(BlobOf(envelope));

    public Blob BlobOf(ReadOnlyMemory<byte> envelope) =>
        Blob.TryCreate(name, envelope, out Blob? blob) is { IsValid: true } && blob is not null ? blob : throw new InvalidOperationException("an envelope is never empty, and the namespace is one for blobs");

    private ulong EpochAt(BatchHeader header) => EpochSeed.EpochOf(header.AnchorHeight + 1, epochBlocks);
}
