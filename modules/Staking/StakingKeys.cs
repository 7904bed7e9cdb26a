using System.Buffers.Binary;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>Descending power, then ascending operator.</summary>
internal readonly record struct PowerKey(ulong Power, Address Operator) : IKey<PowerKey>
{
    public static int Size => sizeof(ulong) + Address.Size;

    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, ~Power);
        Operator.CopyTo(destination[sizeof(ulong)..]);
    }

    public static PowerKey ReadFrom(ReadOnlySpan<byte> source) =>
        new(~BinaryPrimitives.ReadUInt64BigEndian(source), new Address(source[sizeof(ulong)..]));
}

/// <summary>Delegator, height, validator: several unbondings of one block from one validator are one.</summary>
internal readonly record struct UnbondingKey(Address Delegator, ulong Height, Address Validator) : IKey<UnbondingKey>
{
    public static int Size => Address.Size + sizeof(ulong) + Address.Size;

    public void WriteTo(Span<byte> destination)
    {
        Delegator.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[Address.Size..], Height);
        Validator.CopyTo(destination[(Address.Size + sizeof(ulong))..]);
    }

    public static UnbondingKey ReadFrom(ReadOnlySpan<byte> source) => new(
        new Address(source[..Address.Size]),
        BinaryPrimitives.ReadUInt64BigEndian(source[Address.Size..]),
        new Address(source[(Address.Size + sizeof(ulong))..]));
}
