using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network.Addresses;

/// <summary>Where a peer can be dialled. Text: <c>id@host:port</c>, or <c>host:port</c> for whoever of the chain answers; IPv6 in brackets.</summary>
/// <param name="Host">An IP address or DNS name.</param>
/// <param name="Id">Who must answer; null: anybody.</param>
public sealed record PeerEndpoint(string Host, ushort Port, PeerId? Id)
{
    public const int HostCharsMax = 253;

    public static bool TryParse(string? text, [NotNullWhen(true)] out PeerEndpoint? endpoint)
    {
        endpoint = null;
        if (text is null) return false;
        PeerId? id = null;
        int at = text.IndexOf('@');
        if (at >= 0)
        {
            string key = text[..at];
            if (!Hash256.TryParse(key.StartsWith("0x", StringComparison.Ordinal) ? key : "0x" + key, out Hash256 hash)) return false;
            id = new PeerId(hash);
            text = text[(at + 1)..];
        }
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0) return false;
        string host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':')) return false;
        if (!IsHost(host)) return false;
        endpoint = new PeerEndpoint(host, port, id);
        return true;
    }

    /// <summary>An IP address, or a DNS name by RFC 1123.</summary>
    public static bool IsHost(string host)
    {
        if (host.Length is 0 or > HostCharsMax) return false;
        if (IPAddress.TryParse(host, out _)) return true;
        if (host.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")) return false;
        return Array.TrueForAll(host.Split('.'), label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-');
    }

    /// <summary>Loopback, link-local, private (RFC 1918, RFC 4193), unspecified, multicast: nothing to tell strangers.</summary>
    public static bool IsPrivate(string host)
    {
        if (!IPAddress.TryParse(host, out IPAddress? address)) return host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.IsIPv6Multicast || address.IsIPv6SiteLocal;
        byte[] octets = address.GetAddressBytes();
        return octets[0] is 0 or 10 or >= 224 || (octets[0] == 172 && octets[1] is >= 16 and < 32) || (octets[0] == 192 && octets[1] == 168)
            || (octets[0] == 169 && octets[1] == 254) || (octets[0] == 100 && octets[1] is >= 64 and < 128);
    }

    /// <summary>host:port.</summary>
    public string Address => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public override string ToString() => Id is { } id ? $"{Convert.ToHexStringLower(id.Key.Span)}@{Address}" : Address;
}
