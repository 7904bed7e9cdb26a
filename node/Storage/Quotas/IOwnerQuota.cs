using Dsdn.Chain.Primitives;

namespace Dsdn.Storage.Quotas;

/// <summary>
/// Bytes of an owner that are not declared yet: reserved when a put begins, released when the chunk is declared, dropped or expires.
/// What is declared is counted by the log. Called from several threads.
/// </summary>
public interface IOwnerQuota
{
    bool TryReserve(Hash256 owner, long bytes);

    void Release(Hash256 owner, long bytes);
}
