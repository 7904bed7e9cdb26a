namespace Dsdn.Chain.Crypto;

/// <summary>How many states <see cref="KeccakBatch"/> permutes at once. All give the same bytes.</summary>
public enum KeccakPath
{
    Scalar = 1,
    FourLanes = 4,
    EightLanes = 8,
}
