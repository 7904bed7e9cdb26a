namespace Dsdn.Chain.Execution.Kernel;

/// <summary>Errors every module gives, because dispatch gives them.</summary>
public static class KernelErrors
{
    public static readonly ErrorDeclaration UnknownMethod = new(
        "error UnknownMethod(bytes4 selector)", "DSDN-E-CALL-UNKNOWN-METHOD",
        "The first four bytes of the data name no method of this module (data shorter than four bytes: zero-padded).");

    public static readonly ErrorDeclaration InvalidArguments = new(
        "error InvalidArguments(uint256 position)", "DSDN-E-CALL-INVALID-ARGUMENTS",
        "The data behind the selector are not the canonical encoding of the arguments; position counts from the selector's end.");

    public static readonly ErrorDeclaration AmountTooLarge = new(
        "error AmountTooLarge(uint256 amount)", "DSDN-E-CALL-AMOUNT-TOO-LARGE", "An amount above 2^128-1 base units.");

    public static readonly ErrorDeclaration NotPayable = new(
        "error NotPayable()", "DSDN-E-CALL-NOT-PAYABLE", "Value was sent with a method that takes none.");

    public static readonly ErrorDeclaration StaticCall = new(
        "error StaticCall()", "DSDN-E-CALL-STATIC", "A read-only call reached a method or step that writes.");

    /// <summary>Solidity's own, code 0x11: the last line of defence behind the checks of each method.</summary>
    public static readonly ErrorDeclaration Panic = new(
        "error Panic(uint256 code)", "DSDN-E-CALL-ARITHMETIC", "Arithmetic left its range (code 0x11) or divided by zero (0x12).");

    public static readonly IReadOnlyList<ErrorDeclaration> All = [UnknownMethod, InvalidArguments, AmountTooLarge, NotPayable, StaticCall, Panic];
}
