using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State;

/// <summary>What is on disk cannot be what was written: the node must stop and be restored.</summary>
public sealed class StateCorruptException(string message) : StorageException("DSDN-E-STATE-CORRUPT: " + message);
