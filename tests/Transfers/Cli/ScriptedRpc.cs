using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;

namespace Dsdn.Transfers.Tests.Cli;

/// <summary>A node that knows which chain it is and who its validators were, and nothing else.</summary>
internal sealed class ScriptedRpc : IDisposable
{
    private static readonly AbiFunction ValidatorSetResult =
        AbiSignature.Function("function validatorSet() view returns (uint64 fromHeight, (address operator, bytes32 consensusKey, uint64 power, address payout)[] members)");

    private readonly HttpListener _listener = new();
    private readonly ChainIdentity _chain;

    public ScriptedRpc(ChainIdentity chain)
    {
        _chain = chain;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    /// <summary>The sets of the chain by the first height they vote on, oldest first.</summary>
    public List<(ulong FromHeight, ValidatorSet Set)> Sets { get; } = [];

    /// <summary>Below it the node has no state any more.</summary>
    public ulong PrunedTo { get; set; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true) await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using JsonDocument request = await JsonDocument.ParseAsync(context.Request.InputStream);
        var reply = new JsonObject
        {
            ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(request.RootElement.GetProperty("id").GetRawText()),
        };
        if (request.RootElement.GetProperty("method").GetString() != "eth_call")
            reply["result"] = new JsonObject { ["chainId"] = "0x" + _chain.ChainId.ToString("x", CultureInfo.InvariantCulture), ["genesisHash"] = _chain.GenesisHash.ToString() };
        else if (SetAt(request.RootElement.GetProperty("params")[1].GetString()!) is { } answer) reply["result"] = "0x" + Convert.ToHexStringLower(answer);
        else reply["error"] = new JsonObject { ["code"] = -32000, ["message"] = "missing trie node" };
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(reply.ToJsonString()));
        context.Response.Close();
    }

    /// <summary>Of the set that votes after a block, as the Staking module answers it.</summary>
    private byte[]? SetAt(string block)
    {
        ulong height = block == "latest" ? ulong.MaxValue - 1 : ulong.Parse(block.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (height < PrunedTo) return null;
        (ulong from, ValidatorSet set) = Sets.Last(one => one.FromHeight <= height + 1);
        return ValidatorSetResult.EncodeResult(from, AbiValue.OfList([.. set.Validators.Select(static one => AbiValue.OfList(one.Operator, new Hash256(one.ConsensusKey.Span), one.Power, one.Payout))]));
    }
}
