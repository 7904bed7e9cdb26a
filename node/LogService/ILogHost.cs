using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Services.Batches;

namespace Dsdn.Node.LogService;

/// <summary>What is served of a log.</summary>
/// <param name="Seq">Of the last batch; 0 before the first.</param>
/// <param name="CoreHash">Of the last batch; the log id before the first.</param>
/// <param name="OldestSeq">That is served.</param>
/// <param name="Mode">Of the router, in lower case.</param>
public sealed record LogHostStatus(ulong ChainId, Hash256 LogId, ulong Seq, Hash256 CoreHash, ulong OldestSeq, string Mode);

/// <summary>What became of an event.</summary>
/// <param name="Code">Null: it waits for the batch <paramref name="Seq"/>.</param>
public readonly record struct SubmitVerdict(Hash256 EventId, ulong Seq, string? Code, string Detail);

/// <summary>Where a batch lies.</summary>
/// <param name="Pointers">The canonical one first.</param>
/// <param name="Certificate">Encoded; empty before the quorum has attested.</param>
public sealed record BatchPlace(ulong Seq, IReadOnlyList<DaPointer> Pointers, ReadOnlyMemory<byte> Certificate);

/// <summary>Who serves a log. Called on threads of the pool.</summary>
public interface ILogHost
{
    LogHostStatus Status { get; }

    /// <summary>The exact bytes of an envelope; null where it is not here.</summary>
    ReadOnlyMemory<byte>? Read(ulong seq);

    /// <summary>Returns when the batch is here.</summary>
    Task WaitAsync(ulong seq, CancellationToken cancel);

    Task<SubmitVerdict> SubmitAsync(ReadOnlyMemory<byte> encoded);

    /// <param name="publicKey">32 bytes.</param>
    /// <returns>One a batch: null where it was taken, else the code of its refusal.</returns>
    Task<IReadOnlyList<string?>> AttestAsync(ReadOnlyMemory<byte> publicKey, IReadOnlyList<BatchAttestation> attestations);

    BatchPlace Place(ulong seq);

    /// <summary>What a node answered to an audit, by the root that it posted; null where it is not here.</summary>
    ReadOnlyMemory<byte>? Answers(ulong audit, Hash256 root) => null;
}
