namespace Dsdn.Chain.State.History;

internal sealed class EntryWriter
{
    private byte[] _bytes = new byte[1_024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Byte(byte value) => Room(1)[0] = value;

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Room(value.Length));

    /// <summary>The first nibbles of a key, the last half byte zero where they are odd.</summary>
    public void Path(ReadOnlySpan<byte> key, int nibbles)
    {
        Bytes(key[..((nibbles + 1) >> 1)]);
        if ((nibbles & 1) == 1) _bytes[Length - 1] &= 0xf0;
    }

    private Span<byte> Room(int count)
    {
        if (Length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + count));
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
