namespace Dsdn.Celestia.Rpc;

/// <summary>A method of celestia-node.</summary>
/// <param name="ParamCount">Exactly so many must be given, optional ones too.</param>
/// <param name="IsSubscription">Over WebSocket only.</param>
public sealed record RpcMethod(string Name, RpcPermission Permission, int ParamCount, bool IsSubscription = false)
{
    public const string Submit = "blob.Submit", Get = "blob.Get", GetAll = "blob.GetAll", GetProof = "blob.GetProof", Included = "blob.Included",
        GetCommitmentProof = "blob.GetCommitmentProof", SubscribeBlobs = "blob.Subscribe", NetworkHead = "header.NetworkHead", LocalHead = "header.LocalHead",
        Tail = "header.Tail", GetByHeight = "header.GetByHeight", WaitForHeight = "header.WaitForHeight", GetByHash = "header.GetByHash",
        GetRangeByHeight = "header.GetRangeByHeight", SyncState = "header.SyncState", SyncWait = "header.SyncWait", SubscribeHeaders = "header.Subscribe",
        GetNamespaceData = "share.GetNamespaceData", GetSharesByNamespace = "share.GetSharesByNamespace", GetShare = "share.GetShare", GetRow = "share.GetRow",
        GetEds = "share.GetEDS", SharesAvailable = "share.SharesAvailable", GetRange = "share.GetRange", AccountAddress = "state.AccountAddress",
        Balance = "state.Balance", BalanceForAddress = "state.BalanceForAddress", SubmitPayForBlob = "state.SubmitPayForBlob",
        SamplingStats = "das.SamplingStats", WaitCatchUp = "das.WaitCatchUp", Ready = "node.Ready", Info = "node.Info", AuthNew = "node.AuthNew",
        AuthVerify = "node.AuthVerify";

    /// <summary>All methods that a client of data needs, in one version of the node.</summary>
    public static IReadOnlyList<RpcMethod> Of(NodeVersion version)
    {
        List<RpcMethod> methods =
        [
            new(Submit, RpcPermission.Write, 2), new(Get, RpcPermission.Read, 3), new(GetAll, RpcPermission.Read, 2), new(GetProof, RpcPermission.Read, 3),
            new(Included, RpcPermission.Read, 4), new(GetCommitmentProof, RpcPermission.Read, 3), new(SubscribeBlobs, RpcPermission.Read, 1, true),
            new(NetworkHead, RpcPermission.Read, 0), new(LocalHead, RpcPermission.Read, 0), new(GetByHeight, RpcPermission.Read, 1),
            new(WaitForHeight, RpcPermission.Read, 1), new(GetByHash, RpcPermission.Read, 1), new(GetRangeByHeight, RpcPermission.Read, 2),
            new(SyncState, RpcPermission.Read, 0), new(SyncWait, RpcPermission.Read, 0), new(SubscribeHeaders, RpcPermission.Read, 0, true),
            new(GetShare, RpcPermission.Read, 3), new(GetEds, RpcPermission.Read, 1), new(SharesAvailable, RpcPermission.Read, 1), new(GetRange, RpcPermission.Read, 3),
            new(AccountAddress, RpcPermission.Read, 0), new(Balance, RpcPermission.Read, 0), new(BalanceForAddress, RpcPermission.Read, 1),
            new(SubmitPayForBlob, RpcPermission.Write, 2), new(SamplingStats, RpcPermission.Read, 0), new(WaitCatchUp, RpcPermission.Read, 0),
            new(Ready, RpcPermission.Read, 0), new(Info, RpcPermission.Admin, 0), new(AuthNew, RpcPermission.Admin, 1), new(AuthVerify, RpcPermission.Admin, 1),
        ];
        // v0.20 takes heights where v0.16 takes whole headers, and renames the call; v0.22 adds rows; v0.26 adds the tail.
        methods.Add(version == NodeVersion.V0_16 ? new(GetSharesByNamespace, RpcPermission.Read, 2) : new(GetNamespaceData, RpcPermission.Read, 2));
        if (version > NodeVersion.V0_16)
        {
            methods.Add(new(GetRow, RpcPermission.Read, 2));
            methods.Add(new(Tail, RpcPermission.Read, 0));
        }
        return methods;
    }
}

/// <summary>The versions of celestia-node whose forms differ.</summary>
public enum NodeVersion : byte
{
    /// <summary>share.* take headers; commit.height is a number; a light node has type 3.</summary>
    V0_16,

    /// <summary>share.* take heights; commit.height is a text; a light node has type 3.</summary>
    V0_28,

    /// <summary>Subscriptions carry the header; a light node has type 2; bodies, connections and ranges are limited.</summary>
    V0_31,
}
