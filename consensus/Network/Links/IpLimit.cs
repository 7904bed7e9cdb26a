using System.Net;

namespace Dsdn.Consensus.Network.Links;

/// <summary>How many connections one IP address has open. IPv6 counts by /64, which is what one host gets.</summary>
public sealed class IpLimit(int connectionsMax)
{
    private readonly Dictionary<IPAddress, int> _open = [];
    private readonly Lock _lock = new();

    /// <returns>Null: there are enough. Disposing it gives the place back.</returns>
    public IDisposable? TryEnter(IPEndPoint remote)
    {
        IPAddress key = Key(remote.Address);
        lock (_lock)
        {
            int open = _open.GetValueOrDefault(key);
            if (open >= connectionsMax) return null;
            _open[key] = open + 1;
        }
        return new Place(this, key);
    }

    private static IPAddress Key(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        byte[] bytes = address.GetAddressBytes();
        if (bytes.Length != 16) return address;
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private void Leave(IPAddress key)
    {
        lock (_lock)
        {
            int open = _open[key] - 1;
            if (open == 0) _open.Remove(key);
            else _open[key] = open;
        }
    }

    private sealed class Place(IpLimit limit, IPAddress key) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0) limit.Leave(key);
        }
    }
}
