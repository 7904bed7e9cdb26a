using Dsdn.Chain.Crypto.Native;

namespace Dsdn.Chain.Crypto;

/// <summary>Memory-hard key derivation. Costs are checked by the callers, which know what they allow.</summary>
public static unsafe class Kdf
{
    public const int Argon2IdSaltSize = 16;

    private const int Argon2Id13 = 2;

    /// <summary>scrypt, RFC 7914. False when the parameters are outside the algorithm's or the memory cannot be had.</summary>
    public static bool TryScrypt(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ulong n, uint r, uint p, Span<byte> output)
    {
        if (!SodiumLibrary.Ready) return false;
        fixed (byte* passwordAt = password, saltAt = salt, outputAt = output)
            return SodiumLibrary.Scrypt(passwordAt, (nuint)password.Length, saltAt, (nuint)salt.Length, n, r, p, outputAt, (nuint)output.Length) == 0;
    }

    /// <summary>Argon2id version 1.3, one lane, RFC 9106. False when the parameters are outside libsodium's or the memory cannot be had.</summary>
    /// <param name="salt">Exactly 16 bytes.</param>
    /// <param name="passes">1 or more.</param>
    public static bool TryArgon2Id(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, uint passes, uint memoryKiB, Span<byte> output)
    {
        if (!SodiumLibrary.Ready || salt.Length != Argon2IdSaltSize) return false;
        fixed (byte* passwordAt = password, saltAt = salt, outputAt = output)
            return SodiumLibrary.Argon2Id(outputAt, (ulong)output.Length, passwordAt, (ulong)password.Length, saltAt, passes, (nuint)memoryKiB * 1024, Argon2Id13) == 0;
    }
}
