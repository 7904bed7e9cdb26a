using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Proofs;

/// <summary>A blob that lies in a square.</summary>
/// <param name="Commitment">Computed from its shares.</param>
/// <param name="Row">Of its first share.</param>
/// <param name="Column">Of its first share.</param>
/// <param name="SquareWidth">Of the square before extension.</param>
public sealed record VerifiedBlob(Blob Blob, Hash256 Commitment, int Row, int Column, int SquareWidth)
{
    /// <summary>The index that transactions name.</summary>
    public int SquareIndex => (Row * SquareWidth) + Column;

    /// <summary>The index that the JSON-RPC names.</summary>
    public int ExtendedIndex => (2 * Row * SquareWidth) + Column;
}
