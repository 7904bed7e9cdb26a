using Dsdn.Transfers.Network;
using Dsdn.Transfers.Posting;

namespace Dsdn.Transfers.Storing;

/// <summary>What the pipelines of one upload share.</summary>
internal sealed record PipelineParts(StorageNetwork Network, EventPoster Poster, LogWatch Watch, ChunkStorer Storer, BufferPool Buffers, TransferProgress Progress);
