using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Blocks;

/// <param name="Start">Of its first share in the original square.</param>
/// <param name="SquareWidth">Of that square.</param>
internal sealed record PlacedBlob(Blob Blob, Hash256 Commitment, int Start, int SquareWidth)
{
    public int FirstRow => Start / SquareWidth;

    public int LastRow => (Start + Blob.ShareCount - 1) / SquareWidth;

    public int ExtendedIndex => (2 * FirstRow * SquareWidth) + (Start % SquareWidth);
}
