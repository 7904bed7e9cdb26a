using Dsdn.Chain.Primitives;

namespace Dsdn.Storage.Quotas;

/// <summary>The same number of undeclared bytes for every owner.</summary>
public sealed class UndeclaredLimit(long bytesMax) : IOwnerQuota
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Hash256, long> _bytes = [];

    /// <summary>What an owner has reserved.</summary>
    public long Of(Hash256 owner)
    {
        lock (_lock) return _bytes.GetValueOrDefault(owner);
    }

    public bool TryReserve(Hash256 owner, long bytes)
    {
        lock (_lock)
        {
            long used = _bytes.GetValueOrDefault(owner);
            if (bytes > bytesMax - used) return false;
            _bytes[owner] = used + bytes;
            return true;
        }
    }

    public void Release(Hash256 owner, long bytes)
    {
        lock (_lock)
        {
            long left = _bytes.GetValueOrDefault(owner) - bytes;
            if (left > 0) _bytes[owner] = left;
            else _bytes.Remove(owner);
        }
    }
}
