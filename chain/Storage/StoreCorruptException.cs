using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Storage;

/// <summary>A stored block cannot be what was written: the node must stop and be restored.</summary>
public sealed class StoreCorruptException(string message) : StorageException("DSDN-E-STORE-CORRUPT: " + message);
