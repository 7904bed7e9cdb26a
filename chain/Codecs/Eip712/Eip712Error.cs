namespace Dsdn.Chain.Codecs.Eip712;

/// <summary>Why typed data cannot be signed. Stable: <see cref="Eip712Errors.Code"/> names each one.</summary>
public enum Eip712Error
{
    None = 0,

    /// <summary>Not JSON, too large or too deep, or types, primaryType, domain or message is missing.</summary>
    Malformed,

    /// <summary>A type name that is not one, a field listed twice, or more types and fields than allowed.</summary>
    TypesInvalid,

    /// <summary>A field refers to a type that is not declared.</summary>
    TypeUnknown,

    /// <summary>A declared field has no value.</summary>
    ValueMissing,

    /// <summary>A value that no declared field takes; it would be shown and not signed.</summary>
    ValueUnknown,

    /// <summary>A value of another shape, size or range than its type.</summary>
    ValueInvalid,

    /// <summary>Values inside values beyond the limit.</summary>
    TooDeep,
}

/// <summary>The stable text of each error.</summary>
public static class Eip712Errors
{
    public static string Code(this Eip712Error error) => error switch
    {
        Eip712Error.None => "",
        Eip712Error.Malformed => "DSDN-E-EIP712-MALFORMED",
        Eip712Error.TypesInvalid => "DSDN-E-EIP712-TYPES-INVALID",
        Eip712Error.TypeUnknown => "DSDN-E-EIP712-TYPE-UNKNOWN",
        Eip712Error.ValueMissing => "DSDN-E-EIP712-VALUE-MISSING",
        Eip712Error.ValueUnknown => "DSDN-E-EIP712-VALUE-UNKNOWN",
        Eip712Error.ValueInvalid => "DSDN-E-EIP712-VALUE-INVALID",
        _ => "DSDN-E-EIP712-TOO-DEEP",
    };
}
