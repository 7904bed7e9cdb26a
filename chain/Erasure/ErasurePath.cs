namespace Dsdn.Chain.Erasure;

/// <summary>How products in GF(2^8) are made; all give the same bytes. Ascending in speed.</summary>
public enum ErasurePath
{
    /// <summary>One byte at a time, by logarithms: what the others are compared with.</summary>
    Scalar,

    /// <summary>16 bytes by two look-ups among sixteen (PSHUFB, TBL).</summary>
    Table128,

    /// <summary>32 bytes by look-ups (AVX2).</summary>
    Table256,

    /// <summary>64 bytes by look-ups (AVX-512BW).</summary>
    Table512,

    /// <summary>32 bytes by one affine transformation (GFNI).</summary>
    Affine256,

    /// <summary>64 bytes by one affine transformation (GFNI with AVX-512).</summary>
    Affine512,
}
