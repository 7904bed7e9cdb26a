using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Transfers.Sources;

namespace Dsdn.Transfers.Uploading;

/// <summary>How far an upload is when it says that it is done.</summary>
public enum UploadState
{
    /// <summary>The log has every chunk, with the signatures of enough nodes.</summary>
    Placed,

    /// <summary>More than two thirds of the validators' power hold the batch that says so.</summary>
    Certified,

    /// <summary>The chain knows the log up to there.</summary>
    Anchored,
}

/// <param name="Agreement">That pays. A journal that is gone on with keeps its own.</param>
/// <param name="JournalPath">One file for each upload; see <see cref="UploadJournals"/>.</param>
/// <param name="Stream">Instead of files: read once, of unknown length, as <paramref name="StreamName"/>.</param>
public sealed record UploadRequest(Hash256 Agreement, ChunkCoding Coding, bool IsPublic, IReadOnlyList<SourceItem> Items, string JournalPath, UploadState Wait = UploadState.Certified)
{
    public Stream? Stream { get; init; }

    public string StreamName { get; init; } = "stdin";

    /// <summary>Of public files; null: by the name of each.</summary>
    public string? ContentType { get; init; }

    /// <summary>Returns when the chain has an anchor at this batch or behind it. Needed for <see cref="UploadState.Anchored"/>.</summary>
    public Func<ulong, CancellationToken, Task>? Anchored { get; init; }
}

/// <summary>What became of an upload.</summary>
/// <param name="ManifestId">Its id.</param>
/// <param name="Seq">From this batch of the log on everything is there.</param>
/// <param name="Skipped">Chunks that an earlier attempt had stored.</param>
/// <param name="Objects">Of public files: the path and the chunk that is its address.</param>
public sealed record UploadResult(
    Hash256 ManifestId, Hash256 Agreement, ulong Seq, UploadState State, int Files, long ContentBytes, int Chunks, int Skipped, int Zones, IReadOnlyList<(string Path, Hash256 Object)> Objects);
