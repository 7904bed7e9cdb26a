namespace Dsdn.Chain.Erasure;

/// <summary>What a vector can do for the code: products of all its bytes by one factor.</summary>
internal unsafe interface IErasureLane<TVector>
    where TVector : unmanaged
{
    /// <summary>Bytes that <see cref="Prepare"/> writes for a factor.</summary>
    static abstract int FactorBytes { get; }

    static abstract void Prepare(byte factor, byte* at);

    static abstract TVector Load(byte* at);

    static abstract void Store(byte* at, TVector vector);

    static abstract TVector Xor(TVector a, TVector b);

    /// <summary>What is needed of an input for every product with it: its low and high halves of bytes, or itself.</summary>
    static abstract (TVector Low, TVector High) Split(TVector input);

    static abstract TVector Product(byte* factor, TVector low, TVector high);
}
