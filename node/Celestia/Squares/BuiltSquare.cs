using Dsdn.Celestia.Wire;

namespace Dsdn.Celestia.Squares;

/// <summary>The square of a block's transactions.</summary>
/// <param name="Paying">The transactions with blobs, in their order, with the place of each blob.</param>
public sealed record BuiltSquare(ShareSquare Square, IReadOnlyList<IndexWrapper> Paying);
