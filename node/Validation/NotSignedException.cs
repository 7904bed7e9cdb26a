namespace Dsdn.Node.Validation;

/// <summary>There is no signature for this process; the node goes on without.</summary>
public abstract class NotSignedException(string code, string detail) : Exception($"{code}: {detail}")
{
    public string Code { get; } = code;

    public string Detail { get; } = detail;
}

/// <summary>The request contradicts what was signed before; nothing was signed.</summary>
public sealed class DoubleSignException(string detail) : NotSignedException(ErrorCode, detail)
{
    public const string ErrorCode = "DSDN-E-DOUBLE-SIGN";
}

/// <summary>The signer in another process refuses for another reason than its record.</summary>
public sealed class SignerRefusedException(string code, string detail) : NotSignedException(code, detail);

/// <summary>The signer in another process does not answer. It may have signed all the same: asked again it answers the same.</summary>
public sealed class SignerAwayException(string detail) : NotSignedException("DSDN-E-SIGNER-AWAY", detail);

/// <summary>The network has messages of this key that this validator's record did not make: another machine uses it.</summary>
public sealed class KeyInUseException(string detail) : NotSignedException(ErrorCode, detail)
{
    public const string ErrorCode = "DSDN-E-KEY-IN-USE";
}
