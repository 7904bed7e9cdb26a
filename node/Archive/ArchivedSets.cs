using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.State;

namespace Dsdn.Node.Archive;

/// <summary>Who vouches for a batch of the archive: the set after the last block that was anchored up to it, found without its state.</summary>
public static class ArchivedSets
{
    public static ValidatorSet At(BatchArchive archive, LogGenesis genesis, ulong seq)
    {
        for (; seq > 0 && archive.Read(seq) is { } envelope; seq--)
        {
            if (BatchEnvelopeCodec.TryDecode(envelope, out BatchEnvelope? read) != LogFault.None || read is null) break;
            if (read.Header.AnchorHeight == 0) break;
            if (AnchorOf(genesis, read) is { } anchor && anchor.Block.Height == read.Header.AnchorHeight) return anchor.Block.NextValidators;
        }
        return genesis.GenesisValidators;
    }

    /// <summary>It counts as the first event only.</summary>
    private static ChainAnchor? AnchorOf(LogGenesis genesis, BatchEnvelope envelope)
    {
        if (!BatchVerifier.CheckBody(envelope, out BatchBody? body).IsValid || body is null || body.Events.Count == 0) return null;
        return EventReader.TryRead(body.Events[0], EventContext.Of(envelope.Header, checksAuthors: false), 0, out CheckedEvent? first) == LogFault.None && genesis.ChainId == envelope.Header.ChainId
            ? first?.Body as ChainAnchor
            : null;
    }
}
