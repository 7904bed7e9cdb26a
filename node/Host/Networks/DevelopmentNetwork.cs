using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis;
using Dsdn.Node;
using Dsdn.Node.Configuration;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host.Networks;

/// <summary>A development network in a folder: made where there is none, else started where it left off.</summary>
/// <param name="Genesis">The network's file.</param>
internal sealed record DevelopmentNetwork(ulong ChainId, string Genesis, IReadOnlyList<HomeFolder> Homes, IReadOnlyList<Endpoints> Endpoints, IReadOnlyList<Hash256> NodeIds, NetworkServices Services)
{
    private const string Other = "DSDN-E-NETWORK-OTHER";
    private const int DefaultValidators = 4, DefaultZones = 3;

    /// <param name="validators">Null: what the folder has, or four.</param>
    /// <param name="rpcPort">Of the first; 0: free ones. A taken port is replaced by a free one.</param>
    /// <param name="blockTime">The text of the setting; null: the network's own.</param>
    /// <param name="zones">Of two storage nodes each; null: what the folder has, or three.</param>
    /// <param name="servicesRun">Somebody else runs them, maybe already.</param>
    /// <exception cref="DsdnException">the folder holds something else; nothing was changed</exception>
    public static DevelopmentNetwork Open(string directory, int? validators, int rpcPort, int p2pPort, string? blockTime, int? zones = null, bool servicesRun = false)
    {
        if (zones is < 0 or > StorageHome.ZonesMax) throw new DsdnException(NetworkPlan.Refused, ErrorClass.Usage, $"--zones: 0 to {StorageHome.ZonesMax}");
        string genesis = Path.Combine(directory, HomeFolder.GenesisName);
        return File.Exists(genesis)
            ? Reopen(directory, genesis, validators, rpcPort, p2pPort, blockTime, zones ?? StorageHome.ZonesIn(directory), servicesRun)
            : Make(directory, validators ?? DefaultValidators, rpcPort, p2pPort, blockTime, zones ?? DefaultZones);
    }

    /// <summary>Deletes the network in the folder, and nothing else.</summary>
    public static void Delete(string directory)
    {
        string genesis = Path.Combine(directory, HomeFolder.GenesisName);
        if (!File.Exists(genesis)) return;
        for (int i = 0; i < NetworkPlan.ValidatorsMax; i++)
        {
            HomeFolder home = HomeFolder.Of(directory, i);
            if (Directory.Exists(home.Path)) Directory.Delete(home.Path, recursive: true);
        }
        string[] services = [NetworkServices.DaName, NetworkServices.CoordinatorName, NetworkServices.IngressName];
        foreach (string folder in services.Select(service => Path.Combine(directory, service)).Concat(Enumerable.Range(0, DevnetKeys.StorageNodesMax).Select(number => StorageHome.FolderOf(directory, number))))
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            File.Delete(NetworkServices.LogOf(folder));
        }
        File.Delete(PortBook.FileOf(directory));
        File.Delete(genesis);
    }

    private static DevelopmentNetwork Make(string directory, int validators, int rpcPort, int p2pPort, string? blockTime, int zones)
    {
        if (validators is < 1 or > DevnetKeys.ValidatorsMax) throw new DsdnException(NetworkPlan.Refused, ErrorClass.Usage, $"--validators: 1 to {DevnetKeys.ValidatorsMax}");
        if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any()) Directory.Delete(directory);
        var plan = new NetworkPlan(directory, "devnet", Networks.Endpoints.AssignHere(validators, rpcPort, p2pPort), GenesisTemplates.DevnetChainId, default, IsDevelopment: true, 0, blockTime);
        WrittenNetwork written = new NetworkWriter().Write(plan);
        return Configure(directory, written.ChainId, [.. written.Homes.Select(static home => home.Folder)], plan.Endpoints, [.. written.Homes.Select(static home => home.NodeId)], blockTime, zones, servicesRun: false);
    }

    private static DevelopmentNetwork Reopen(string directory, string genesis, int? wanted, int rpcPort, int p2pPort, string? blockTime, int zones, bool servicesRun)
    {
        GenesisCheck check = GenesisChecker.Check(NetworkGenesis.ReadSpec(genesis));
        if (check.Spec is not { } spec) throw new GenesisRefusedException(check.Errors[0].ToString(), check.Errors.Count);
        int validators = spec.Validators.Count;
        if (wanted is { } number && number != validators) throw new DsdnException(Other, ErrorClass.Usage, directory, Number(validators), Number(number));
        if (spec.ChainId != GenesisTemplates.DevnetChainId) throw new DsdnException(NetworkPlan.Exists, ErrorClass.Usage, directory);
        IReadOnlyList<Endpoints> endpoints = Networks.Endpoints.AssignHere(validators, rpcPort, p2pPort);
        HomeFolder[] homes = [.. Enumerable.Range(0, validators).Select(i => HomeFolder.Of(directory, i))];
        Hash256[] nodeIds = [.. homes.Select(static home => NodeKeyFile.IdOf(NodeKeyFile.OpenOrCreate(home.NodeKey)))];
        return Configure(directory, spec.ChainId, homes, endpoints, nodeIds, blockTime, zones, servicesRun);
    }

    private static DevelopmentNetwork Configure(string directory, ulong chainId, IReadOnlyList<HomeFolder> homes, IReadOnlyList<Endpoints> endpoints, IReadOnlyList<Hash256> nodeIds, string? blockTime, int zones, bool servicesRun)
    {
        var services = NetworkServices.Assign(directory, homes.Count, zones, servicesRun);
        for (int i = 0; i < homes.Count; i++)
            HomeConfiguration.Write(homes[i].Configuration, HomeConfiguration.Text(i, endpoints, nodeIds, isDevelopment: true, blockTime, services));
        return new DevelopmentNetwork(chainId, Path.Combine(directory, HomeFolder.GenesisName), homes, endpoints, nodeIds, services);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
