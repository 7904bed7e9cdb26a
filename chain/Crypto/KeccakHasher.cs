using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Crypto;

/// <summary>Keccak-256 over parts: append in order, then finish once. A value on the stack; nothing is allocated.</summary>
public ref struct KeccakHasher
{
    internal const int RateBytes = 136;

    private State _state;
    private int _filled;

    /// <summary>Starts with the domain's tag.</summary>
    public static KeccakHasher For(HashDomain domain)
    {
        KeccakHasher hasher = default;
        hasher.Append(DomainTag.Of(domain));
        return hasher;
    }

    public void Append(scoped ReadOnlySpan<byte> part)
    {
        Span<byte> rate = Rate();
        while (_filled + part.Length >= RateBytes)
        {
            ReadOnlySpan<byte> head = part[..(RateBytes - _filled)];
            XorInto(rate[_filled..], head);
            KeccakPermutation.Permute<ScalarWord, ulong>(ref Unsafe.As<State, ulong>(ref _state));
            part = part[head.Length..];
            _filled = 0;
        }
        XorInto(rate[_filled..], part);
        _filled += part.Length;
    }

    /// <summary>The digest. The hasher starts anew.</summary>
    public Hash256 Finish()
    {
        Span<byte> rate = Rate();
        rate[_filled] ^= 0x01;
        rate[RateBytes - 1] ^= 0x80;
        KeccakPermutation.Permute<ScalarWord, ulong>(ref Unsafe.As<State, ulong>(ref _state));
        Hash256 digest = new(rate[..Hash256.Size]);
        this = default;
        return digest;
    }

    /// <summary>The absorbed part of the state as bytes; lanes are little-endian (FIPS 202, B.1), as is every machine this runs on.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private Span<byte> Rate() => MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref Unsafe.As<State, ulong>(ref _state), RateBytes / 8));

    private static void XorInto(Span<byte> target, ReadOnlySpan<byte> part)
    {
        int i = 0;
        for (; i + 8 <= part.Length; i += 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(part[i..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(target[i..]);
            BinaryPrimitives.WriteUInt64LittleEndian(target[i..], word);
        }
        for (; i < part.Length; i++) target[i] ^= part[i];
    }

    [InlineArray(KeccakPermutation.Lanes)]
    private struct State
    {
        private ulong _lane;
    }
}
