using Dsdn.Storage;

namespace Dsdn.StorageNode.Storing;

/// <summary>Whoever decides what this node stores; told that something may have changed under a key.</summary>
internal interface IStoringSink
{
    /// <summary>Before anybody outside hears of the change. Returns at once.</summary>
    void Look(ChunkKey key);
}
