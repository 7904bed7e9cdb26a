using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Modules;

/// <summary>Names the custom error in the data of a reverted call.</summary>
public static class ModuleErrors
{
    private static readonly AbiError Plain = AbiSignature.Error("error Error(string message)");

    /// <summary>
    /// The module's own stable code, with the ABI name and its arguments as <c>Name(argument: value, ...)</c>. A failure that is no
    /// revert, or whose data nobody declares, comes back as it is.
    /// </summary>
    /// <param name="to">The module called; its declarations are asked before those of others.</param>
    public static ClientError Name(ClientError error, Address to)
    {
        if (error.Code != ErrorCodes.Reverted || error.Arguments.Count == 0 || !Hex.TryDecode(error.Arguments[0], out byte[]? data) || data.Length < 4) return error;
        foreach (ModuleInterface module in ModuleCatalog.All.OrderBy(module => module.Address == to ? 0 : 1))
        {
            foreach (ModuleError declared in module.Errors)
            {
                if (TryDecode(declared.Abi, data, out AbiValue[] values)) return Named(declared, module, values, error);
            }
        }
        return TryDecode(Plain, data, out AbiValue[] text) ? error with { Arguments = [text[0].Text] } : error;
    }

    private static ClientError Named(ModuleError declared, ModuleInterface module, AbiValue[] values, ClientError error)
    {
        string shown = $"{declared.Abi.Name}({AbiText.Format(declared.Abi.Inputs, values)})";
        IEnumerable<string> arguments = values.Select((value, i) => AbiText.Format(declared.Abi.Inputs[i].Type, value));
        return new ClientError(declared.Code, ErrorClass.Rejected, [shown, declared.Meaning, .. arguments], $"{module.Name}: {shown}; {error.Details}");
    }

    private static bool TryDecode(AbiError abi, byte[] data, out AbiValue[] values)
    {
        values = [];
        return data.AsSpan(0, 4).SequenceEqual(abi.Selector) && AbiDecoder.TryDecode(abi.Inputs, data.AsSpan(4), AbiTrailing.Reject, out values, out _);
    }
}
