using Dsdn.Celestia;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Blocks;

/// <summary>The square of a block with its extension, its trees and the places of its blobs.</summary>
/// <param name="Blobs">In the order of the square.</param>
internal sealed record BlockSquare(SquareProver Prover, IReadOnlyList<PlacedBlob> Blobs)
{
    /// <summary>Nearly all blocks: one share of padding.</summary>
    public static readonly BlockSquare Empty = Build(new SquareBuilder(1), [], []);

    public Hash256 DataHash { get; } = Prover.Dah.DataRoot();

    /// <summary>What it takes in memory, about: the shares and the trees.</summary>
    public long Bytes { get; } = (long)Prover.Square.ExtendedWidth * Prover.Square.ExtendedWidth * (ShareFormat.Bytes + 128);

    /// <param name="builder">Holds exactly these transactions.</param>
    /// <param name="commitments">Of the blobs of each transaction where they are known; otherwise empty.</param>
    public static BlockSquare Build(SquareBuilder builder, IReadOnlyList<BlobTransaction> transactions, IReadOnlyList<IReadOnlyList<Hash256>> commitments)
    {
        BuiltSquare built = builder.Build();
        DaVerdict verdict = SquareProver.TryCreate(ExtendedSquare.Extend(built.Square), out SquareProver? prover);
        if (prover is null) throw new InvalidOperationException($"a built square has no proofs: {verdict.Detail}");
        List<PlacedBlob> blobs = [];
        for (int i = 0; i < transactions.Count; i++)
        {
            for (int at = 0; at < transactions[i].Blobs.Count; at++)
            {
                Blob blob = transactions[i].Blobs[at];
                Hash256 commitment = i < commitments.Count ? commitments[i][at] : ShareCommitment.Of(blob);
                blobs.Add(new PlacedBlob(blob, commitment, (int)built.Paying[i].ShareIndexes[at], built.Square.Width));
            }
        }
        blobs.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        return new BlockSquare(prover, blobs);
    }

    /// <summary>The square of a block that was read from disk.</summary>
    /// <exception cref="DaServerException">its transactions are no block's</exception>
    public static BlockSquare Rebuild(IEnumerable<byte[]> transactions, ulong height)
    {
        SquareBuilder builder = new(DaLimits.SquareWidthMax);
        List<BlobTransaction> decoded = [];
        foreach (byte[] bytes in transactions)
        {
            if (!BlobTransaction.TryDecode(bytes, out BlobTransaction? transaction).IsValid || transaction is null || !builder.TryAdd(transaction))
                throw new DaServerException($"block {height} is damaged", isIntegrity: true);
            decoded.Add(transaction);
        }
        return decoded.Count == 0 ? Empty : Build(builder, decoded, []);
    }
}
