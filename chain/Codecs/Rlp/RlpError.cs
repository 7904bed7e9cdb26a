namespace Dsdn.Chain.Codecs.Rlp;

/// <summary>Why bytes are not the RLP item that was asked for. Stable: <see cref="RlpErrors.Code"/> names each one.</summary>
public enum RlpError
{
    None = 0,

    /// <summary>The input ends inside an item, or where an item was expected.</summary>
    Truncated,

    /// <summary>A length with leading zeros, or the long form for a length below 56.</summary>
    LengthNotCanonical,

    /// <summary>A single byte below 0x80 behind a length prefix.</summary>
    ByteNotCanonical,

    /// <summary>An integer with leading zero bytes.</summary>
    LeadingZero,

    /// <summary>An integer wider than the field.</summary>
    IntegerTooLarge,

    /// <summary>A list where a byte string belongs.</summary>
    ListNotExpected,

    /// <summary>A byte string where a list belongs.</summary>
    BytesNotExpected,

    /// <summary>A byte string of another length than the field has.</summary>
    LengthWrong,

    /// <summary>Bytes behind the last item.</summary>
    TrailingBytes,

    /// <summary>Lists inside lists beyond the reader's limit.</summary>
    TooDeep,

    /// <summary>An item or an input above the reader's limit.</summary>
    TooLong,
}

/// <summary>Stable codes of the errors.</summary>
/// <summary>The stable text of each error.</summary>
public static class RlpErrors
{
    public static string Code(this RlpError error) => error switch
    {
        RlpError.None => "",
        RlpError.Truncated => "DSDN-E-RLP-TRUNCATED",
        RlpError.LengthNotCanonical => "DSDN-E-RLP-LENGTH-NOT-CANONICAL",
        RlpError.ByteNotCanonical => "DSDN-E-RLP-BYTE-NOT-CANONICAL",
        RlpError.LeadingZero => "DSDN-E-RLP-LEADING-ZERO",
        RlpError.IntegerTooLarge => "DSDN-E-RLP-INTEGER-TOO-LARGE",
        RlpError.ListNotExpected => "DSDN-E-RLP-LIST-NOT-EXPECTED",
        RlpError.BytesNotExpected => "DSDN-E-RLP-BYTES-NOT-EXPECTED",
        RlpError.LengthWrong => "DSDN-E-RLP-LENGTH-WRONG",
        RlpError.TrailingBytes => "DSDN-E-RLP-TRAILING-BYTES",
        RlpError.TooDeep => "DSDN-E-RLP-TOO-DEEP",
        _ => "DSDN-E-RLP-TOO-LONG",
    };
}
