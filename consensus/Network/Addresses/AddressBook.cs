using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network.Addresses;

/// <summary>An address that somebody named or that was dialled.</summary>
/// <param name="SeenMs">Unix time of the last link over it; 0: never.</param>
/// <param name="Failures">Dials in a row that failed.</param>
internal sealed record KnownAddress(PeerAddress Address, ulong SeenMs, int Failures);

/// <summary>
/// Addresses of peers, one for each node id. Bounded; the worst makes room: never reached and most failures first. A peer can add
/// few at a time and cannot change an address that worked.
/// </summary>
internal sealed class AddressBook(bool allowPrivate)
{
    public const int AddressesMax = 1_024;

    /// <summary>An address that failed so often in a row is not kept, unless it worked once.</summary>
    private const int FailuresMax = 10;

    private readonly Dictionary<PeerId, KnownAddress> _known = [];
    private readonly Lock _lock = new();

    /// <summary>Heard of, not tried.</summary>
    public void Hear(PeerAddress address)
    {
        if (!IsUsable(address)) return;
        lock (_lock)
        {
            if (_known.TryGetValue(address.Id, out KnownAddress? old) && (old.SeenMs > 0 || old.Failures == 0)) return;
            Put(new KnownAddress(address, 0, 0));
        }
    }

    public void Reached(PeerAddress address, ulong nowMs)
    {
        if (!IsUsable(address)) return;
        lock (_lock) Put(new KnownAddress(address, nowMs, 0));
    }

    public void Failed(PeerId id)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(id, out KnownAddress? known)) return;
            if (known.SeenMs == 0 && known.Failures + 1 >= FailuresMax) _known.Remove(id);
            else _known[id] = known with { Failures = Math.Min(known.Failures + 1, FailuresMax) };
        }
    }

    public void Remove(PeerId id)
    {
        lock (_lock) _known.Remove(id);
    }

    public void Load(KnownAddress known)
    {
        if (!IsUsable(known.Address)) return;
        lock (_lock) Put(known);
    }

    public IReadOnlyList<KnownAddress> All()
    {
        lock (_lock) return [.. _known.Values.OrderBy(known => known.Address.Id)];
    }

    /// <summary>Random ones, those that worked first.</summary>
    public IReadOnlyList<KnownAddress> Sample(int count, Func<KnownAddress, bool> wanted)
    {
        KnownAddress[] all;
        lock (_lock) all = [.. _known.Values];
        Random.Shared.Shuffle(all);
        return [.. all.Where(wanted).OrderBy(known => known.Failures).ThenBy(known => known.SeenMs == 0).Take(count)];
    }

    private bool IsUsable(PeerAddress address) =>
        address.Port != 0 && PeerEndpoint.IsHost(address.Host) && (allowPrivate || !PeerEndpoint.IsPrivate(address.Host));

    private void Put(KnownAddress known)
    {
        _known[known.Address.Id] = known;
        if (_known.Count <= AddressesMax) return;
        KnownAddress worst = _known.Values.OrderBy(entry => entry.SeenMs).ThenByDescending(entry => entry.Failures).First();
        _known.Remove(worst.Address.Id);
    }
}
