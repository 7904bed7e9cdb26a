using Dsdn.Celestia.Headers;
using Dsdn.DaServer.Storage;

namespace Dsdn.DaServer.Blocks;

/// <summary>A block as it is answered with.</summary>
internal sealed record ServedBlock(ExtendedHeader Header, BlockSquare Square, BlockRecord Record)
{
    public ulong Height => Header.Height;
}
