using Dsdn.Chain.Rpc.Dispatch;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Every method of the server, in one place; only those of the served namespaces exist.</summary>
internal static class MethodDeclarations
{
    public static MethodTable Build(RpcOptions options, RpcHooks hooks)
    {
        var served = new HashSet<string>(options.Namespaces, StringComparer.Ordinal);
        var table = new MethodTable();
        void Add(string name, Method method, bool isSubmit = false)
        {
            if (served.Contains(Namespace(name))) table.Add(name, method, isSubmit);
        }

        void AddWaiting(string name, WaitingMethod method)
        {
            if (served.Contains(Namespace(name))) table.Add(name, method);
        }

        Add("eth_chainId", NodeMethods.ChainId);
        Add("net_version", NodeMethods.NetVersion);
        Add("net_listening", NodeMethods.Listening);
        Add("net_peerCount", NodeMethods.PeerCount);
        Add("web3_clientVersion", NodeMethods.ClientVersion);
        Add("web3_sha3", NodeMethods.Sha3);
        Add("rpc_modules", NodeMethods.Modules);
        Add("eth_syncing", NodeMethods.Syncing);
        Add("eth_coinbase", NodeMethods.Coinbase);
        Add("eth_accounts", NodeMethods.Accounts);
        Add("eth_sendTransaction", NodeMethods.UnknownAccount);
        Add("eth_signTransaction", NodeMethods.UnknownAccount);
        Add("eth_sign", NodeMethods.UnknownAccount);
        Add("eth_blockNumber", NodeMethods.BlockNumber);

        Add("eth_getBalance", StateMethods.Balance);
        Add("eth_getTransactionCount", StateMethods.TransactionCount);
        Add("eth_getCode", StateMethods.Code);
        Add("eth_getStorageAt", StateMethods.StorageAt);
        Add("eth_getStorageValues", StateMethods.StorageValues);
        Add("eth_getProof", ProofMethods.Proof);

        Add("eth_call", CallMethods.Call);
        Add("eth_estimateGas", CallMethods.EstimateGas);
        Add("eth_createAccessList", CallMethods.CreateAccessList);
        Add("eth_fillTransaction", FillMethods.FillTransaction);

        Add("eth_gasPrice", FeeMethods.GasPrice);
        Add("eth_maxPriorityFeePerGas", FeeMethods.MaxPriorityFeePerGas);
        Add("eth_blobBaseFee", FeeMethods.BlobBaseFee);
        Add("eth_feeHistory", FeeHistoryMethod.FeeHistory);

        Add("eth_sendRawTransaction", SubmitMethods.SendRawTransaction, isSubmit: true);
        AddWaiting("eth_sendRawTransactionSync", SubmitMethods.SendRawTransactionSync);

        Add("eth_getBlockByNumber", BlockMethods.ByNumber);
        Add("eth_getBlockByHash", BlockMethods.ByHash);
        Add("eth_getBlockReceipts", BlockMethods.Receipts);
        Add("eth_getBlockTransactionCountByNumber", BlockMethods.TransactionCountByNumber);
        Add("eth_getBlockTransactionCountByHash", BlockMethods.TransactionCountByHash);
        Add("eth_getUncleCountByBlockNumber", BlockMethods.UncleCountByNumber);
        Add("eth_getUncleCountByBlockHash", BlockMethods.UncleCountByHash);
        Add("eth_getUncleByBlockNumberAndIndex", BlockMethods.UncleByNumber);
        Add("eth_getUncleByBlockHashAndIndex", BlockMethods.UncleByHash);

        Add("eth_getTransactionByHash", TransactionMethods.ByHash);
        Add("eth_getTransactionByBlockNumberAndIndex", TransactionMethods.ByBlockNumberAndIndex);
        Add("eth_getTransactionByBlockHashAndIndex", TransactionMethods.ByBlockHashAndIndex);
        Add("eth_getTransactionReceipt", TransactionMethods.Receipt);
        Add("eth_getRawTransactionByHash", TransactionMethods.RawByHash);
        Add("eth_getRawTransactionByBlockNumberAndIndex", TransactionMethods.RawByBlockNumberAndIndex);
        Add("eth_getRawTransactionByBlockHashAndIndex", TransactionMethods.RawByBlockHashAndIndex);

        Add("eth_getLogs", LogMethods.GetLogs);
        Add("eth_newFilter", FilterMethods.NewFilter);
        Add("eth_newBlockFilter", FilterMethods.NewBlockFilter);
        Add("eth_newPendingTransactionFilter", FilterMethods.NewPendingTransactionFilter);
        Add("eth_getFilterChanges", FilterMethods.GetFilterChanges);
        Add("eth_getFilterLogs", FilterMethods.GetFilterLogs);
        Add("eth_uninstallFilter", FilterMethods.UninstallFilter);
        Add("eth_subscribe", SubscriptionMethods.Subscribe);
        Add("eth_unsubscribe", SubscriptionMethods.Unsubscribe);

        Add("txpool_status", PoolMethods.Status);
        Add("txpool_content", PoolMethods.Content);
        Add("txpool_contentFrom", PoolMethods.ContentFrom);
        Add("txpool_inspect", PoolMethods.Inspect);

        Add("debug_getRawHeader", DebugMethods.RawHeader);
        Add("debug_getRawBlock", DebugMethods.RawBlock);
        Add("debug_getRawReceipts", DebugMethods.RawReceipts);
        Add("debug_getRawTransaction", TransactionMethods.RawByHash);

        Add("dsdn_modules", DsdnMethods.Modules);
        Add("dsdn_getRecord", DsdnMethods.GetRecord);
        Add("dsdn_finality", DsdnMethods.Finality);
        Add("dsdn_consensusHeader", DsdnMethods.ConsensusHeader);
        Add("dsdn_getLightBlock", DsdnMethods.GetLightBlock);
        Add("dsdn_nodeInfo", DsdnMethods.NodeInfo);

        if (hooks.Status is not null) Add("dsdn_nodeStatus", DsdnMethods.NodeStatus);
        if (hooks.Votes is not null) Add("dsdn_votes", VoteMethods.Votes);
        if (hooks.SubmitEvidence is not null) Add("dsdn_submitEvidence", VoteMethods.SubmitEvidence);
        if (hooks.LogStatus is not null) Add("dsdn_logStatus", BatchMethods.Status);
        if (hooks.Batch is not null) Add("dsdn_getBatch", BatchMethods.Batch);
        if (hooks.Mine is not null) AddWaiting("evm_mine", DevMethods.Mine);
        return table;
    }

    private static string Namespace(string method) => method[..method.IndexOf('_')];
}
