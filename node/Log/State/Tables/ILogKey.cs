namespace Dsdn.Log.State.Tables;

/// <summary>The key of a table: of one width, ordered as its bytes are.</summary>
internal interface ILogKey<TKey> : IEquatable<TKey>, IComparable<TKey>
    where TKey : struct
{
    static abstract int Bytes { get; }

    /// <param name="bytes">Exactly <see cref="Bytes"/>.</param>
    static abstract TKey Read(ReadOnlySpan<byte> bytes);

    /// <param name="bytes">Exactly <see cref="Bytes"/>.</param>
    void Write(Span<byte> bytes);

    /// <summary>For look-ups in memory; see <see cref="KeyMix"/>.</summary>
    ulong Mix(ulong seed);
}
