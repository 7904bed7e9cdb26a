using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dsdn.Node.Configuration;

namespace Dsdn.Host.Networks;

/// <summary>Where one validator is reached.</summary>
/// <param name="Host">A name or address under which the others dial it.</param>
/// <param name="P2pPort">For peers.</param>
internal sealed record Endpoints(string Host, int RpcPort, int P2pPort)
{
    /// <summary>JSON-RPC ports of validators on one host lie so far apart.</summary>
    public const int RpcPortStep = 10;

    /// <summary>JSON-RPC stays on loopback: to serve others is the operator's decision (a proxy with TLS).</summary>
    public string RpcListen => Join("127.0.0.1", RpcPort);

    public string RpcUrl => "http://" + RpcListen;

    /// <summary>On the host's own address where that is loopback, else on every address.</summary>
    public string P2pListen => Join(IsLoopback(Host) ? Host : "0.0.0.0", P2pPort);

    public string P2pDial => Join(Host, P2pPort);

    /// <summary>Validators on the same host get ports one after the other; on hosts of their own all have the first.</summary>
    public static IReadOnlyList<Endpoints> Assign(IReadOnlyList<string> hosts, int rpcPort, int p2pPort)
    {
        var taken = new SortedDictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var endpoints = new List<Endpoints>();
        foreach (string host in hosts)
        {
            int before = taken.GetValueOrDefault(host);
            taken[host] = before + 1;
            endpoints.Add(new Endpoints(host, rpcPort + (before * RpcPortStep), p2pPort + before));
        }
        return endpoints;
    }

    /// <summary>Free ports of this machine in place of the wanted ones where those are 0 or taken.</summary>
    public static IReadOnlyList<Endpoints> AssignHere(int count, int rpcPort, int p2pPort)
    {
        var used = new HashSet<int>();
        var endpoints = new List<Endpoints>();
        for (int i = 0; i < count; i++)
        {
            int rpc = Free(rpcPort == 0 ? 0 : rpcPort + (i * RpcPortStep), used);
            endpoints.Add(new Endpoints("127.0.0.1", rpc, Free(p2pPort == 0 ? 0 : p2pPort + i, used)));
        }
        return endpoints;
    }

    public static bool IsFree(IPAddress address, int port) => TryListen(port, address) is not null;

    /// <summary>A free port on an address of this machine.</summary>
    public static int FreePort(IPAddress address) => TryListen(0, address) ?? throw new ConfigurationException($"no port is free on {address}");

    private static int Free(int wanted, HashSet<int> used)
    {
        if (wanted is > 0 and <= ushort.MaxValue && !used.Contains(wanted) && TryListen(wanted) is { } port && used.Add(port)) return port;
        while (true)
        {
            if (TryListen(0) is { } found && used.Add(found)) return found;
        }
    }

    private static int? TryListen(int port) => TryListen(port, IPAddress.Loopback);

    private static int? TryListen(int port, IPAddress address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return (socket.LocalEndPoint as IPEndPoint)?.Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static bool IsLoopback(string host) => IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address);

    private static string Join(string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) ? "[" + host + "]" : host)}:{port}");
}
