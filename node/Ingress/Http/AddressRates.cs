using System.Net;
using Dsdn.Consensus.Network.Links;

namespace Dsdn.Ingress.Http;

/// <summary>How much each address asks for. IPv6 counts by /64, which is what one host gets. Safe for all threads.</summary>
internal sealed class AddressRates(int perSecond, TimeProvider clock)
{
    private const int AddressesMax = 65_536;

    private readonly Lock _lock = new();
    private readonly RecentTable<IPAddress, RateLimit> _rates = new(AddressesMax);

    /// <returns>How long it is to wait; zero within the limit.</returns>
    public TimeSpan Take(IPAddress? remote)
    {
        IPAddress key = Key(remote ?? IPAddress.None);
        lock (_lock)
        {
            if (!_rates.TryFind(key, out RateLimit? rate))
            {
                rate = new RateLimit(perSecond, clock);
                _rates.Add(key, rate);
            }
            TimeSpan wait = rate.Take(1);
            if (wait > TimeSpan.Zero) rate.Take(-1); // what is refused costs nothing, or whoever asks on would wait for ever
            return wait;
        }
    }

    private static IPAddress Key(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        byte[] bytes = address.GetAddressBytes();
        if (bytes.Length != 16) return address;
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
