using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Crypto;

/// <summary>
/// Keccak-256 with the original 0x01 padding, as Ethereum uses it (not FIPS 202 SHA3-256). Many messages at once:
/// <see cref="KeccakBatch"/>.
/// </summary>
public static class Keccak
{
    /// <summary>keccak256 of the empty string, the code hash of an account without code.</summary>
    public static readonly Hash256 OfEmpty = Hash(default);

    public static Hash256 Hash(ReadOnlySpan<byte> input)
    {
        KeccakHasher hasher = default;
        hasher.Append(input);
        return hasher.Finish();
    }

    /// <summary>The digest of <paramref name="first"/> | <paramref name="second"/>.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        KeccakHasher hasher = default;
        hasher.Append(first);
        hasher.Append(second);
        return hasher.Finish();
    }

    /// <summary>The digest of the domain's 32-byte tag and the preimage.</summary>
    public static Hash256 Hash(HashDomain domain, ReadOnlySpan<byte> preimage) => Hash(DomainTag.Of(domain), preimage);
}
