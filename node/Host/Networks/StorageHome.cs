using System.Globalization;
using System.Net;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis;
using Dsdn.Services.Batches;
using Dsdn.StorageNode;
using Dsdn.StorageNode.Keys;

namespace Dsdn.Host.Networks;

/// <summary>
/// A storage node of a development network in DIRECTORY/storageN. Placement tells operators, zones and networks apart: each node has an account of its own, two are in a zone, and
/// node n of zone z listens on 127.0.z.n (rulings 30).
/// </summary>
internal sealed record StorageHome(int Number, string Directory, IPEndPoint Listen, int OperatorPort, Hash256 NodeId, Hash256 TlsFingerprint)
{
    public const int PerZone = 2;
    public const int ZonesMax = DevnetKeys.StorageNodesMax / PerZone;

    private const int FirstPort = 45_840, FirstOperatorPort = 45_880;
    private const string Prefix = "storage";

    /// <summary>Six nodes share one machine with everything else.</summary>
    private const int ScrubBytesPerSecond = 1 << 20;

    /// <summary>Of a service's second port in the book.</summary>
    public const string OperatorSuffix = ".operator";

    public string Name => NameOf(Number);

    public ushort Zone => (ushort)((Number / PerZone) + 1);

    /// <summary>Number of the account that operates it.</summary>
    public int Account => DevnetKeys.StorageAccount(Number);

    public string OperatorUrl => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{OperatorPort}");

    /// <summary>Zones whose nodes have folders.</summary>
    public static int ZonesIn(string directory)
    {
        int nodes = 0;
        while (System.IO.Directory.Exists(FolderOf(directory, nodes))) nodes++;
        return nodes / PerZone;
    }

    public static string FolderOf(string directory, int number) => Path.Combine(directory, NameOf(number));

    /// <summary>Makes folders and keys where there are none.</summary>
    public static IReadOnlyList<StorageHome> Assign(string directory, int zones, PortBook ports)
    {
        return [.. Enumerable.Range(0, zones * PerZone).Select(number =>
        {
            string folder = FolderOf(directory, number);
            var address = new IPAddress([127, 0, (byte)((number / PerZone) + 1), (byte)((number % PerZone) + 1)]);
            using var identity = StorageIdentity.OpenOrCreate(folder, null);
            string name = NameOf(number);
            return new StorageHome(
                number, folder, new IPEndPoint(address, ports.Take(name, address, FirstPort + number)),
                ports.Take(name + OperatorSuffix, IPAddress.Loopback, FirstOperatorPort + number), identity.Id, identity.Tls.Fingerprint);
        })];
    }

    public StorageNodeOptions Options(string genesis, IReadOnlyList<LogAddress> sources) => new()
    {
        Network = genesis, DataFolder = Directory, Listen = Listen, Operator = new IPEndPoint(IPAddress.Loopback, OperatorPort), LogSources = sources, ScrubBytesPerSecond = ScrubBytesPerSecond,
    };

    /// <summary>The same as arguments of the program.</summary>
    public IReadOnlyList<string> Arguments(string genesis, string sources) =>
    [
        "storage", "--network", genesis, "--data", Directory, "--listen", Listen.ToString(), "--operator-listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{OperatorPort}"),
        "--log-sources", sources, "--scrub", ScrubBytesPerSecond.ToString(CultureInfo.InvariantCulture),
    ];

    private static string NameOf(int number) => Prefix + number.ToString(CultureInfo.InvariantCulture);
}
