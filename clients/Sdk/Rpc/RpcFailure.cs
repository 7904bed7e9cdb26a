using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Rpc;

/// <summary>
/// Turns a server's error into a coded one. geth's texts are the interface here: every client matches on them, and our node
/// sends the same. A revert keeps its data in the arguments so that the ABI of the module can name the error.
/// </summary>
public static class RpcFailure
{
    public static ClientError From(string method, RpcError error)
    {
        string details = $"{method}: {error.Code} {error.Message}";
        ClientError Rejected(string code, params string[] arguments) => ClientError.Of(code, ErrorClass.Rejected, arguments).With(details);

        if (error.Code == RpcError.RevertedCode || error.Message.StartsWith("execution reverted", StringComparison.Ordinal))
        {
            return Rejected(ErrorCodes.Reverted, error.RevertData ?? "0x");
        }
        if (error.Code == RpcError.MethodNotFoundCode)
        {
            return ClientError.Of(ErrorCodes.MethodMissing, ErrorClass.Usage, method).With(details);
        }
        if (Says(error, "insufficient funds")) return Rejected(ErrorCodes.InsufficientFunds);
        if (Says(error, "nonce too low")) return Rejected(ErrorCodes.NonceTooLow);
        if (Says(error, "underpriced") || Says(error, "less than block base fee")) return Rejected(ErrorCodes.Underpriced);
        if (method.StartsWith("eth_send", StringComparison.Ordinal)) return Rejected(ErrorCodes.TransactionRefused, error.Message);
        return Rejected(ErrorCodes.RpcError, error.Message);
    }

    private static bool Says(RpcError error, string text) => error.Message.Contains(text, StringComparison.OrdinalIgnoreCase);
}
