using System.Globalization;

namespace Dsdn.Chain.Primitives;

/// <summary>
/// An amount of NUSA in base units: 1 NUSA = 10^18. Arithmetic is checked; the only multiplication is
/// <see cref="MulDiv"/>, which names its rounding and works through 256 bits.
/// </summary>
public readonly record struct Amount(UInt128 BaseUnits) : IComparable<Amount>
{
    public static readonly Amount Zero;

    public static readonly UInt128 BaseUnitsPerNusa = 1_000_000_000_000_000_000;

    /// <summary>Whole NUSA.</summary>
    public static Amount Nusa(ulong whole) => new(checked(whole * BaseUnitsPerNusa));

    /// <summary>1 gwei = 10^9 base units, the customary unit of gas prices.</summary>
    public static Amount Gwei(ulong gwei) => new((UInt128)gwei * 1_000_000_000);

    public bool IsZero => BaseUnits == UInt128.Zero;

    public static Amount operator +(Amount left, Amount right) => new(checked(left.BaseUnits + right.BaseUnits));
    public static Amount operator -(Amount left, Amount right) => new(checked(left.BaseUnits - right.BaseUnits));
    public static bool operator <(Amount left, Amount right) => left.BaseUnits < right.BaseUnits;
    public static bool operator >(Amount left, Amount right) => left.BaseUnits > right.BaseUnits;
    public static bool operator <=(Amount left, Amount right) => left.BaseUnits <= right.BaseUnits;
    public static bool operator >=(Amount left, Amount right) => left.BaseUnits >= right.BaseUnits;

    public static Amount Min(Amount left, Amount right) => left <= right ? left : right;
    public static Amount Max(Amount left, Amount right) => left >= right ? left : right;

    public int CompareTo(Amount other) => BaseUnits.CompareTo(other.BaseUnits);

    /// <summary>this x <paramref name="multiplier"/> / <paramref name="divisor"/> through a 256-bit product.</summary>
    /// <exception cref="OverflowException">the quotient does not fit 128 bits</exception>
    /// <exception cref="DivideByZeroException">the divisor is zero</exception>
    public Amount MulDiv(UInt128 multiplier, UInt128 divisor, Rounding rounding)
    {
        Uint256 product = Uint256.Multiply(BaseUnits, multiplier);
        Uint256 quotient = Uint256.DivRem(product, (Uint256)divisor, out Uint256 remainder);
        if (rounding == Rounding.Up && !remainder.IsZero) quotient += Uint256.One;
        return new Amount(quotient.ToUInt128());
    }

    /// <summary>Base units as a decimal number.</summary>
    public override string ToString() => BaseUnits.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Where the remainder of a division goes; every caller names it.</summary>
public enum Rounding
{
    Down,
    Up,
}
