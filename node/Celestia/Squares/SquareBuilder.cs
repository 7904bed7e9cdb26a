using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Wire;

namespace Dsdn.Celestia.Squares;

/// <summary>
/// Lays out the square of a block: transactions | paying transactions | reserved padding | blobs, ordered by namespace, each at a
/// multiple of its subtree width with padding between | tail padding. Squares with transactions of Fibre (app version 9) are not built.
/// </summary>
public sealed class SquareBuilder
{
    private readonly int _widthMax;
    private readonly List<byte[]> _transactions = [];
    private readonly List<BlobTransaction> _paying = [];
    private readonly List<Placed> _blobs = [];
    private int _transactionBytes, _payingBytes, _blobShares;

    /// <param name="widthMax">A power of two up to <see cref="DaLimits.SquareWidthMax"/>.</param>
    public SquareBuilder(int widthMax)
    {
        if (widthMax < 1 || widthMax > DaLimits.SquareWidthMax || (widthMax & (widthMax - 1)) != 0) throw new ArgumentException($"no square has {widthMax} shares a row");
        _widthMax = widthMax;
    }

    /// <summary>The square of all transactions of a block; ordinary ones come before those with blobs.</summary>
    /// <param name="built">Null where they do not fit or are malformed.</param>
    public static DaVerdict TryBuild(IReadOnlyList<ReadOnlyMemory<byte>> transactions, int widthMax, out BuiltSquare? built)
    {
        built = null;
        SquareBuilder builder = new(widthMax);
        foreach (ReadOnlyMemory<byte> bytes in transactions)
        {
            bool isAdded;
            if (BlobTransaction.Is(bytes.Span))
            {
                DaVerdict decoded = BlobTransaction.TryDecode(bytes, out BlobTransaction? paying);
                if (paying is null) return decoded;
                isAdded = builder.TryAdd(paying);
            }
            else
            {
                if (builder._paying.Count > 0) return new DaVerdict(DaFault.Square, "an ordinary transaction behind one with blobs");
                isAdded = builder.TryAdd(bytes);
            }
            if (!isAdded) return new DaVerdict(DaFault.Square, $"more transactions than a square of {widthMax} shares a row holds");
        }
        built = builder.Build();
        return DaVerdict.Valid;
    }

    /// <returns>False where there is no room.</returns>
    public bool TryAdd(ReadOnlyMemory<byte> transaction)
    {
        int bytes = _transactionBytes + CompactShares.UnitBytes(transaction.Length);
        if (!Fits(bytes, _payingBytes, _blobShares)) return false;
        _transactions.Add(transaction.ToArray());
        _transactionBytes = bytes;
        return true;
    }

    /// <returns>False where there is no room for it with all its blobs, counted with the worst padding.</returns>
    public bool TryAdd(BlobTransaction transaction)
    {
        int bytes = _payingBytes + CompactShares.UnitBytes(IndexWrapper.Worst(transaction.Transaction, transaction.Blobs.Count).Encode().Length);
        int shares = _blobShares;
        foreach (Blob blob in transaction.Blobs) shares += blob.ShareCount + SubtreeWidth.Of(blob.ShareCount) - 1;
        if (!Fits(_transactionBytes, bytes, shares)) return false;
        for (int i = 0; i < transaction.Blobs.Count; i++) _blobs.Add(new Placed(transaction.Blobs[i], _paying.Count, i));
        _paying.Add(transaction);
        (_payingBytes, _blobShares) = (bytes, shares);
        return true;
    }

    /// <summary>The smallest square with room for the worst padding; one share of tail padding where nothing was added.</summary>
    public BuiltSquare Build()
    {
        int compact = CompactShares.SharesNeeded(_transactionBytes) + CompactShares.SharesNeeded(_payingBytes);
        int width = SubtreeWidth.MinSquareWidth(compact + _blobShares);
        byte[] shares = new byte[width * width * ShareFormat.Bytes];
        uint[][] places = [.. _paying.Select(transaction => new uint[transaction.Blobs.Count])];
        int end = PlaceBlobs(compact, shares, places, out int firstBlob);
        byte[] ordinary = CompactShares.Write(Namespace.Transactions, _transactions);
        IndexWrapper[] wrappers = [.. _paying.Select((transaction, i) => new IndexWrapper(transaction.Transaction, places[i]))];
        byte[] paying = CompactShares.Write(Namespace.PayForBlobs, [.. wrappers.Select(wrapper => wrapper.Encode())]);
        ordinary.CopyTo(shares, 0);
        paying.CopyTo(shares, ordinary.Length);
        Pad(Namespace.ReservedPadding, ShareFormat.Version0, shares, (ordinary.Length + paying.Length) / ShareFormat.Bytes, firstBlob);
        Pad(Namespace.TailPadding, ShareFormat.Version0, shares, end, width * width);
        ShareSquare.TryCreate(shares, out ShareSquare? square);
        return new BuiltSquare(square ?? throw new InvalidOperationException("a built square has the size of one"), wrappers);
    }

    private bool Fits(int transactionBytes, int payingBytes, int blobShares) =>
        (long)CompactShares.SharesNeeded(transactionBytes) + CompactShares.SharesNeeded(payingBytes) + blobShares <= (long)_widthMax * _widthMax;

    /// <returns>The share behind the last one that is used.</returns>
    private int PlaceBlobs(int compact, byte[] shares, uint[][] places, out int firstBlob)
    {
        int cursor = compact;
        firstBlob = compact;
        Placed? before = null;
        // Stable: blobs of one namespace keep the order of their transactions.
        foreach (Placed placed in _blobs.OrderBy(placed => placed.Blob.Namespace))
        {
            int start = SubtreeWidth.NextStart(cursor, placed.Blob.ShareCount);
            if (before is { } last) Pad(last.Blob.Namespace, last.Blob.ShareVersion, shares, cursor, start);
            else firstBlob = start;
            BlobWriter.Write(placed.Blob, 0, shares.AsSpan(start * ShareFormat.Bytes, placed.Blob.ShareCount * ShareFormat.Bytes));
            places[placed.Transaction][placed.Index] = (uint)start;
            cursor = start + placed.Blob.ShareCount;
            before = placed;
        }
        return cursor;
    }

    private static void Pad(Namespace name, byte version, byte[] shares, int from, int to)
    {
        for (int i = from; i < to; i++) ShareFormat.WritePadding(name, version, shares.AsSpan(i * ShareFormat.Bytes, ShareFormat.Bytes));
    }

    private readonly record struct Placed(Blob Blob, int Transaction, int Index);
}
