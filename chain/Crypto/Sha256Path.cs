namespace Dsdn.Chain.Crypto;

/// <summary>How many messages <see cref="Sha256Batch"/> hashes side by side. All give the same bytes.</summary>
public enum Sha256Path
{
    Scalar = 1,
    FourLanes = 4,
    EightLanes = 8,
    SixteenLanes = 16,
}
