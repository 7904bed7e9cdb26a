using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;

namespace Dsdn.Node.Sync;

/// <summary>
/// Takes a snapshot every so many blocks, in the background: the version is pinned on the execution thread, which costs next to
/// nothing, and written by another. While one is being written the next is left out.
/// </summary>
/// <param name="everyBlocks">0: never.</param>
/// <param name="done">Told of each snapshot, or of why there is none; on the background thread.</param>
public sealed class SnapshotSchedule(IKeyValueStore store, ChainStore blocks, SnapshotStore snapshots, ulong everyBlocks, Action<SnapshotManifest?, Exception?> done) : IAsyncDisposable
{
    private Task _running = Task.CompletedTask;

    /// <summary>On the execution thread, after the block was written.</summary>
    public void OnCommitted(ulong height)
    {
        if (everyBlocks == 0 || height == 0 || height % everyBlocks != 0 || !_running.IsCompleted) return;
        IKeyValueSnapshot version = store.Snapshot();
        _running = Task.Run(() => Take(version));
    }

    /// <summary>Waits for the one that is being written.</summary>
    public async ValueTask DisposeAsync() => await _running;

    private void Take(IKeyValueSnapshot version)
    {
        try
        {
            using (version) done(snapshots.Take(version, blocks), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or StorageException)
        {
            done(null, failure); // the node goes on without this snapshot
        }
    }
}
