namespace Dsdn.Chain.Codecs.Abi;

/// <summary>Why bytes are not the canonical encoding of the types asked for.</summary>
public enum AbiFaultKind
{
    None,

    /// <summary>The data end before the value does.</summary>
    TooShort,

    /// <summary>Bytes after the last value.</summary>
    TrailingBytes,

    /// <summary>An offset that does not point to the next free position: a gap, an overlap, a loop, or out of the data.</summary>
    OffsetNotCanonical,

    /// <summary>A length that the remaining data cannot hold.</summary>
    LengthTooLarge,

    /// <summary>Padding that is not zero (for intN: not the sign).</summary>
    PaddingNotClean,

    /// <summary>A bool above 1.</summary>
    ValueOutOfRange,

    /// <summary>A string that is not UTF-8.</summary>
    InvalidUtf8,
}

/// <param name="Position">Byte in the data where the fault was seen.</param>
public readonly record struct AbiFault(AbiFaultKind Kind, int Position)
{
    public string Code => Kind switch
    {
        AbiFaultKind.None => "",
        AbiFaultKind.TooShort => "DSDN-E-ABI-TOO-SHORT",
        AbiFaultKind.TrailingBytes => "DSDN-E-ABI-TRAILING-BYTES",
        AbiFaultKind.OffsetNotCanonical => "DSDN-E-ABI-OFFSET",
        AbiFaultKind.LengthTooLarge => "DSDN-E-ABI-LENGTH",
        AbiFaultKind.PaddingNotClean => "DSDN-E-ABI-PADDING",
        AbiFaultKind.ValueOutOfRange => "DSDN-E-ABI-RANGE",
        _ => "DSDN-E-ABI-UTF8",
    };
}
