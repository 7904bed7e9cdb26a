using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Log.Coordination;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Coordinator;

/// <summary>
/// Reads the chain through any of its nodes. The node is not believed: every block is proven from the one anchored before, every feed from the block, and the
/// records are those whose hash chain ends in the feed.
/// </summary>
/// <param name="modules">Whose feeds are taken over, ascending.</param>
public sealed class ChainReader(ChainClient chain, ChainAnchorVerifier verifier, IReadOnlyList<byte> modules)
{
    /// <summary>Records of one batch, all modules together: they must fit its body beside the anchor.</summary>
    public const int RecordBytesMax = 512 * 1024;

    private const int FetchesMax = 64;

    private static readonly Hash256 FeedExtended = Keccak.Hash("FeedExtended(uint64,bytes32,bytes)"u8);

    /// <summary>The newest block that can be anchored after <paramref name="from"/>; null where there is none yet.</summary>
    /// <exception cref="DsdnException">the node does not answer, or what it says does not hold</exception>
    public async Task<ChainFacts?> ReadAsync(AnchoredChain from, CancellationToken cancel)
    {
        ulong head = await chain.HeightAsync(cancel);
        ulong anchored = from.Block?.Height ?? 0;
        while (head > anchored)
        {
            IReadOnlyList<LightBlock> blocks = await LeadAsync(from.Block, head, cancel);
            LightBlock target = blocks[^1];
            var feeds = new List<FeedProof>();
            var derived = new List<DerivedRecord>();
            foreach (byte module in modules)
            {
                FeedProof feed = await FeedAsync(module, target.Height, cancel);
                if (feed.Sequence == 0 && from.Feed(module).Sequence == 0 && feed.Feed.IsZero) continue;
                feeds.Add(feed);
                derived.AddRange(await RecordsAsync(from.Feed(module), feed, anchored + 1, target.Height, cancel));
            }
            if (derived.Sum(static record => (long)record.Record.Length) <= RecordBytesMax) return new ChainFacts(from, new ChainAnchor(blocks, feeds), derived);
            if (target.Height == anchored + 1) throw Refuse($"the records of block {target.Height} do not fit a batch");
            head = anchored + ((target.Height - anchored) / 2);
        }
        return null;
    }

    /// <summary>Blocks that lead to the target, or as far as one anchor reaches.</summary>
    private async Task<IReadOnlyList<LightBlock>> LeadAsync(LightBlock? trusted, ulong target, CancellationToken cancel)
    {
        var led = new List<LightBlock>();
        var options = new LightOptions(verifier.ChainId, verifier.GenesisHash, ulong.MaxValue, ulong.MaxValue);
        if (trusted is null)
        {
            trusted = await BlockAsync(1, cancel) ?? throw Refuse("block 1 is not there");
            LightVerdict verdict = LightVerifier.VerifyFromGenesis(verifier.GenesisValidators, trusted, options);
            if (!verdict.IsValid) throw Refuse($"block 1: {verdict.Detail}");
            led.Add(trusted);
            if (target == 1) return led;
        }
        Bisection bisection = Bisection.From(trusted, target, options);
        BisectionStep step = bisection.Begin();
        for (int fetched = 0; step is BisectionStep.Need need; fetched++)
        {
            if (fetched == FetchesMax) throw Refuse($"block {target} is not proven by {FetchesMax} blocks before it");
            LightBlock? block = await BlockAsync(need.Height, cancel);
            step = bisection.Give(block, block?.TimeMs ?? 0);
        }
        if (step is not BisectionStep.Verified verified) throw Refuse(step is BisectionStep.Failed failed ? $"block {failed.AtHeight}: {failed.Verdict.Detail}" : "no proof");
        led.AddRange(verified.Trace.Where(block => block.Height > trusted.Height));
        return [.. led.Take(Chain.Log.LogLimits.LightBlocksPerAnchorMax)];
    }

    private async Task<LightBlock?> BlockAsync(ulong height, CancellationToken cancel)
    {
        JsonElement reply = await chain.Rpc.CallAsync("dsdn_getLightBlock", [JsonValue.Create(RpcValue.Quantity(height))], cancel);
        if (reply.ValueKind == JsonValueKind.Null) return null;
        return LightBlock.TryDecode(reply.Field("encoded").ToBytes(), out LightBlock? block) ? block : throw Refuse($"block {height} cannot be read");
    }

    private async Task<FeedProof> FeedAsync(byte module, ulong height, CancellationToken cancel)
    {
        Hash256[] slots = [FeedChain.SequenceSlot(module), FeedChain.FeedSlot(module)];
        JsonElement proof = await chain.Rpc.CallAsync(
            "eth_getProof",
            [JsonValue.Create(AddressOf(module).ToString()), new JsonArray([.. slots.Select(static slot => JsonValue.Create(slot.ToString()))]), JsonValue.Create(RpcValue.Quantity(height))],
            cancel);
        JsonElement[] words = [.. proof.Field("storageProof").Items()];
        if (words.Length != 2) throw Refuse($"{words.Length} storage proofs for 2 slots");
        byte[] feed = new byte[Hash256.Size];
        words[1].Field("value").ToUint256().WriteBigEndian(feed);
        return new FeedProof(
            module, words[0].Field("value").ToUInt64(), new Hash256(feed), Nodes(proof.Field("accountProof")), Nodes(words[0].Field("proof")), Nodes(words[1].Field("proof")));
    }

    private async Task<IReadOnlyList<DerivedRecord>> RecordsAsync(FeedPosition from, FeedProof to, ulong fromBlock, ulong toBlock, CancellationToken cancel)
    {
        if (to.Sequence == from.Sequence) return [];
        IReadOnlyList<LogInfo> logs = await chain.LogsAsync(fromBlock, toBlock, [AddressOf(to.Module)], [[FeedExtended]], cancel);
        var records = new List<DerivedRecord>();
        Hash256 feed = from.Feed;
        foreach (LogInfo log in logs)
        {
            if (log.Topics.Count != 2 || Record(log.Data) is not { } record) throw Refuse($"a record of module {to.Module} cannot be read");
            ulong sequence = Uint256.FromBigEndian(log.Topics[1].Span).ToUInt64();
            if (sequence <= from.Sequence || sequence > to.Sequence) continue;
            feed = FeedChain.Extend(feed, record.Span);
            records.Add(new DerivedRecord(to.Module, sequence, record));
        }
        return records.Count == (int)(to.Sequence - from.Sequence) && feed == to.Feed ? records : throw Refuse($"the records of module {to.Module} up to block {toBlock} are not those of its feed");
    }

    /// <summary>The event's data: feed 32 | offset 32 | length 32 | record, padded.</summary>
    private static ReadOnlyMemory<byte>? Record(ReadOnlyMemory<byte> data)
    {
        const int Head = 3 * Hash256.Size;
        if (data.Length < Head) return null;
        Uint256 length = Uint256.FromBigEndian(data.Span[(2 * Hash256.Size)..Head]);
        return length <= (Uint256)(ulong)(data.Length - Head) ? data.Slice(Head, (int)length.ToUInt64()) : null;
    }

    private static ReadOnlyMemory<byte>[] Nodes(JsonElement nodes) => [.. nodes.Items().Select(static node => (ReadOnlyMemory<byte>)node.ToBytes())];

    private static Address AddressOf(byte module) => Address.FromNumber((ushort)(RecordKey.ModuleBase + module));

    private static DsdnException Refuse(string detail) => new("DSDN-E-COORDINATOR-CHAIN", ErrorClass.Integrity, detail);
}
