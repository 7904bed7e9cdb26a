using System.Globalization;
using System.Security.Cryptography;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.State.Checkpoints;

namespace Dsdn.Node.Archive;

/// <summary>What a checkpoint event says of a file.</summary>
/// <param name="ContentHash">SHA-256 of the dump.</param>
public sealed record CheckpointFacts(ulong Seq, Hash256 CoreHash, LogRoots Roots, Hash256 ContentHash, ulong ContentBytes);

/// <summary>
/// Dumps of the state beside the archive, named after their batch: the dump, then data root 32 | operations root 32 | core hash 32 | SHA-256 of the dump
/// and these. Written whole and renamed, so that one that can be seen is complete; the last few are kept.
/// </summary>
public sealed class CheckpointFiles(string folder)
{
    private const int TrailerBytes = 4 * Hash256.Size, Kept = 2;
    private const string Suffix = ".checkpoint";

    /// <summary>Of the state as it is.</summary>
    public CheckpointFacts Write(LogState state)
    {
        Directory.CreateDirectory(folder);
        string path = PathOf(state.Seq), unfinished = path + ".new";
        LogRoots roots = state.Roots();
        Hash256 contentHash;
        ulong bytes = 0;
        using (FileStream file = new(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        using (IncrementalHash whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            CheckpointContent.Write(state, piece =>
            {
                file.Write(piece.Span);
                whole.AppendData(piece.Span);
                bytes += (ulong)piece.Length;
            });
            contentHash = new Hash256(whole.GetCurrentHash());
            byte[] facts = [.. roots.Data.Span, .. roots.Operations.Span, .. state.HeadHash.Span];
            whole.AppendData(facts);
            file.Write(facts);
            file.Write(whole.GetCurrentHash());
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
        foreach (ulong old in Seqs().SkipLast(Kept)) File.Delete(PathOf(old));
        return new CheckpointFacts(state.Seq, state.HeadHash, roots, contentHash, bytes);
    }

    /// <summary>Ascending.</summary>
    public IReadOnlyList<ulong> Seqs()
    {
        if (!Directory.Exists(folder)) return [];
        List<ulong> seqs = [];
        foreach (string path in Directory.GetFiles(folder, "*" + Suffix))
            if (ulong.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seq)) seqs.Add(seq);
        seqs.Sort();
        return seqs;
    }

    /// <summary>The dump of a batch as others ask for it, with what its event says; null where it is not there or does not hold.</summary>
    public (ReadOnlyMemory<byte> Content, CheckpointFacts Facts)? Read(ulong seq)
    {
        string path = PathOf(seq);
        if (!File.Exists(path) || new FileInfo(path).Length is < TrailerBytes or > int.MaxValue - 64) return null;
        byte[] whole = File.ReadAllBytes(path);
        ReadOnlySpan<byte> trailer = whole.AsSpan(whole.Length - TrailerBytes);
        if (!SHA256.HashData(whole.AsSpan(0, whole.Length - Hash256.Size)).AsSpan().SequenceEqual(trailer[96..])) return null;
        Memory<byte> content = whole.AsMemory(0, whole.Length - TrailerBytes);
        LogRoots roots = new(new Hash256(trailer[..32]), new Hash256(trailer[32..64]));
        return (content, new CheckpointFacts(seq, new Hash256(trailer[64..96]), roots, new Hash256(SHA256.HashData(content.Span)), (ulong)content.Length));
    }

    /// <summary>The newest state up to a batch that a file here holds; null where none does.</summary>
    public LogState? OpenNewest(LogGenesis genesis, IParallel parallel, ulong tableSeed, ulong seqMax)
    {
        foreach (ulong seq in Seqs().Reverse())
        {
            if (seq > seqMax || Read(seq) is not { } read) continue;
            if (!LogState.Open(genesis, parallel, tableSeed, read.Content, read.Facts.Roots.State, out LogState? state).IsValid || state is null) continue;
            if (state.Seq == seq && state.HeadHash == read.Facts.CoreHash) return state;
        }
        return null;
    }

    private string PathOf(ulong seq) => Path.Combine(folder, seq.ToString("D20", CultureInfo.InvariantCulture) + Suffix);
}
