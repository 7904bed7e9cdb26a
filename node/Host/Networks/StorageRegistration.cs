using Dsdn.Chain.Primitives;
using Dsdn.Genesis;
using Dsdn.Modules;
using Dsdn.Node.Configuration;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;
using Dsdn.Sdk.Rpc;
using Dsdn.StorageNode;
using Dsdn.StorageNode.Keys;

namespace Dsdn.Host.Networks;

/// <summary>Does for the storage nodes of a development network what their operators would: registers them on the chain with their stake, or changes a TLS key that is another.</summary>
internal static class StorageRegistration
{
    private const ulong RegularClass = 0;
    private static readonly TimeSpan ReceiptTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How many were not registered as they are.</summary>
    public static async Task<int> EnsureAsync(string rpcUrl, IReadOnlyList<StorageHome> homes, CancellationToken cancel)
    {
        using var rpc = new RpcClient(new Uri(rpcUrl));
        return await EnsureAsync(new ChainClient(rpc), homes, cancel);
    }

    /// <inheritdoc cref="EnsureAsync(string, IReadOnlyList{StorageHome}, CancellationToken)"/>
    public static async Task<int> EnsureAsync(ChainClient chain, IReadOnlyList<StorageHome> homes, CancellationToken cancel)
    {
        ulong chainId = await chain.ChainIdAsync(cancel);
        var modules = new ModuleClient(chain);
        bool[] changed = await Task.WhenAll(homes.Select(home => EnsureAsync(modules, chain, chainId, home, cancel)));
        return changed.Count(static change => change);
    }

    private static async Task<bool> EnsureAsync(ModuleClient modules, ChainClient chain, ulong chainId, StorageHome home, CancellationToken cancel)
    {
        using Account account = Account.FromPrivateKey(DevnetKeys.PrivateKey(home.Account));
        ModuleCall call;
        try
        {
            var known = await modules.QueryAsync(NodesClient.GetNode(home.NodeId), cancel: cancel);
            if (known.TlsFingerprint == home.TlsFingerprint && known.Zone == home.Zone) return false;
            call = NodesClient.Update(home.NodeId, home.Zone, home.TlsFingerprint);
        }
        catch (DsdnException e) when (e.Error.Class == ErrorClass.Rejected)
        {
            var parameters = await modules.QueryAsync(NodesClient.Params(), cancel: cancel);
            call = NodesClient.Register(new Amount(parameters.RegularStakeMin.ToUInt128()), home.NodeId, Proof(chainId, account.Address, home), RegularClass, home.Zone, home.TlsFingerprint);
        }
        ReceiptInfo receipt = await chain.SendAsync(await modules.PrepareAsync(call, account.Address, cancel: cancel), account, ReceiptTimeout, cancel);
        return receipt.Succeeded ? true : throw new ConfigurationException($"{home.Name}: its registration failed in block {receipt.BlockNumber}");
    }

    private static byte[] Proof(ulong chainId, Address owner, StorageHome home)
    {
        using var identity = StorageIdentity.OpenOrCreate(home.Directory, null);
        return identity.Sign(ProofOfPossession.NodeMessage(chainId, owner, home.NodeId));
    }
}
