using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Log.State;
using Dsdn.Node;
using Dsdn.Node.Archive;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Host;

/// <summary>
/// The log as a node hands it out by JSON-RPC. The node is not believed: where the log begins follows from the network's genesis, and every batch proves itself when it is replayed.
/// </summary>
internal static class RemoteLog
{
    /// <summary>Batches of one request.</summary>
    private const ulong PageBatches = 50;

    /// <param name="network">A name or the path of a genesis file.</param>
    /// <exception cref="DsdnException">the node does not answer or keeps no log</exception>
    public static ArchivedLog Open(RpcClient rpc, string network)
    {
        LogGenesis genesis = NetworkGenesis.Load(network).Log ?? throw new DsdnException("DSDN-E-LOG-ARCHIVE-MISSING", ErrorClass.Usage, network);
        JsonElement status = Wait(rpc.CallAsync("dsdn_logStatus"));
        var page = new SortedDictionary<ulong, byte[]>();
        return ArchivedLog.Of(genesis, status.Field("seq").ToUInt64(), seq =>
        {
            if (page.TryGetValue(seq, out byte[]? known)) return known;
            page.Clear();
            RpcRequest[] requests = [.. Enumerable.Range(0, (int)PageBatches).Select(i => new RpcRequest("dsdn_getBatch", JsonValue.Create("0x" + (seq + (ulong)i).ToString("x", CultureInfo.InvariantCulture))))];
            IReadOnlyList<RpcReply> replies = Wait(rpc.BatchAsync(requests));
            for (int i = 0; i < replies.Count; i++)
                if (replies[i] is { Error: null, Result.ValueKind: JsonValueKind.Object } reply) page[seq + (ulong)i] = reply.Result.Field("envelope").ToBytes();
            return page.GetValueOrDefault(seq);
        });
    }

    /// <summary>Readers of a log are synchronous, as reading a file is; they run on a thread of their own.</summary>
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
