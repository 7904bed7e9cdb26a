using System.Globalization;
using System.Numerics;

namespace Dsdn.Simulator.Engine;

/// <summary>Digest of everything that happened, in order: two runs of a seed are equal if and only if (but for chance) it is.</summary>
internal sealed class TraceHash
{
    private ulong _state = 0xCBF29CE484222325;

    public void Add(ulong number)
    {
        unchecked
        {
            _state = BitOperations.RotateLeft(_state ^ number, 23) * 0x9E3779B97F4A7C15;
            _state ^= _state >> 29;
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            Add(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte b in bytes) Add((ulong)b);
    }

    public override string ToString() => _state.ToString("x16", CultureInfo.InvariantCulture);
}
