using Dsdn.Chain.Blocks;
using Dsdn.Chain.Storage;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>Answers a request for blocks from the store: consecutive blocks from the asked height on, as many as fit a message, with the certificate of the last.</summary>
public static class BlockServer
{
    /// <summary>What framing and the certificate of a set of <see cref="PeerLimits.ValidatorsMax"/> may take of a message.</summary>
    public const int ReservedBytes = 256 * 1024;

    /// <summary>Blocks beyond the first are added up to this; the first always goes.</summary>
    public const int ReplyBytes = PeerLimits.BulkMessageBytesMax - ReservedBytes;

    /// <summary>Empty where the first block is not decided here, is block 0, or was pruned.</summary>
    public static PeerMessage.Blocks Answer(ChainStore store, PeerMessage.BlocksRequest request)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        ulong head = store.Height ?? 0;
        uint count = Math.Min(request.Count, PeerLimits.BlocksPerRequestMax);
        if (request.From == 0 || request.From > head) return new PeerMessage.Blocks(request.From, [], null);
        ulong end = request.From + Math.Min(count, head - request.From + 1);
        long bytes = 0;
        for (ulong height = request.From; height < end; height++)
        {
            if (store.ReadBlock(height) is not { } data) break;
            byte[] encoded = BlockCodec.Encode(data.Block);
            if (items.Count > 0 && bytes + encoded.Length > ReplyBytes) break;
            bytes += encoded.Length;
            items.Add(encoded);
        }
        Certificate? last = items.Count > 0 ? store.ReadCertificate(request.From + (ulong)items.Count - 1) : null;
        return last is null ? new PeerMessage.Blocks(request.From, [], null) : new PeerMessage.Blocks(request.From, items, last);
    }
}
