using System.Net;
using System.Text.Json;
using Dsdn.Node.Configuration;

namespace Dsdn.Host.Networks;

/// <summary>
/// Where the services of a development network listen, by name, kept in DIRECTORY/ports.json: whoever is configured with a port finds it again after a restart. A port of a service that
/// is not running and that somebody else has taken since is replaced by a free one.
/// </summary>
internal sealed class PortBook
{
    private const string FileName = "ports.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string _file;
    private readonly bool _servicesRun;
    private readonly SortedDictionary<string, int> _ports;
    private readonly HashSet<(IPAddress, int)> _taken = [];

    private PortBook(string file, bool servicesRun, SortedDictionary<string, int> ports) => (_file, _servicesRun, _ports) = (file, servicesRun, ports);

    /// <param name="servicesRun">They may be running already: what the book says is so.</param>
    /// <exception cref="ConfigurationException">the file is none of ours</exception>
    public static PortBook Open(string directory, bool servicesRun)
    {
        string file = FileOf(directory);
        if (!File.Exists(file)) return new PortBook(file, servicesRun, new SortedDictionary<string, int>(StringComparer.Ordinal));
        try
        {
            Dictionary<string, int> read = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(file)) ?? [];
            if (read.Values.Any(static port => port is <= 0 or > ushort.MaxValue)) throw new ConfigurationException($"{file}: a port is not within 1 to {ushort.MaxValue}");
            return new PortBook(file, servicesRun, new SortedDictionary<string, int>(read, StringComparer.Ordinal));
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{file}: {e.Message}");
        }
    }

    public static string FileOf(string directory) => Path.Combine(directory, FileName);

    /// <summary>The port that a service has, or gets: the wanted one, or a free one in its place.</summary>
    public int Take(string name, IPAddress address, int wanted)
    {
        int port = _ports.GetValueOrDefault(name, wanted);
        bool stands = _servicesRun && _ports.ContainsKey(name);
        while (!stands && (_taken.Contains((address, port)) || !Endpoints.IsFree(address, port))) port = Endpoints.FreePort(address);
        _taken.Add((address, port));
        return _ports[name] = port;
    }

    public void Save() => File.WriteAllBytes(_file, JsonSerializer.SerializeToUtf8Bytes(_ports, Indented));
}
