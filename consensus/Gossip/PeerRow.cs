namespace Dsdn.Consensus.Gossip;

/// <summary>
/// What one peer has of a row of things (the votes of a kind in a round, the parts of a value): what it said, and what was
/// sent to it lately. The sent ones are kept in two generations, so a thing is not sent again for one to two of them.
/// </summary>
internal sealed class PeerRow(int count)
{
    private readonly int _length = Bitmap.Bytes(count);
    private readonly byte[] _bits = new byte[3 * Bitmap.Bytes(count)];
    private ulong _generation;

    private Span<byte> Known => _bits.AsSpan(0, _length);

    private Span<byte> SentNow => _bits.AsSpan(_length, _length);

    private Span<byte> SentBefore => _bits.AsSpan(2 * _length, _length);

    public bool Lacks(int index, ulong generation)
    {
        Turn(generation);
        return !Bitmap.Has(Known, index) && !Bitmap.Has(SentNow, index) && !Bitmap.Has(SentBefore, index);
    }

    public void Know(int index) => Bitmap.Set(Known, index);

    /// <summary>The peer said what it has: that replaces what was thought.</summary>
    /// <param name="known">Well-formed for the row, or empty.</param>
    public void Replace(ReadOnlySpan<byte> known)
    {
        Known.Clear();
        known.CopyTo(Known);
    }

    public void Sent(int index, ulong generation)
    {
        Turn(generation);
        Bitmap.Set(SentNow, index);
    }

    /// <summary>Sent lately and not confirmed.</summary>
    public int Outstanding(ulong generation)
    {
        Turn(generation);
        int outstanding = 0;
        for (int i = 0; i < _length; i++) outstanding += byte.PopCount((byte)((SentNow[i] | SentBefore[i]) & ~Known[i]));
        return outstanding;
    }

    private void Turn(ulong generation)
    {
        if (generation == _generation) return;
        if (generation == _generation + 1) SentNow.CopyTo(SentBefore);
        else SentBefore.Clear();
        SentNow.Clear();
        _generation = generation;
    }
}
