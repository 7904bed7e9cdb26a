using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>Revert data read back: the error's name, stable code, meaning and arguments.</summary>
public sealed record RevertReason(string Name, string Code, string Meaning, IReadOnlyList<KeyValuePair<string, string>> Arguments)
{
    private static readonly ErrorDeclaration Text = new("error Error(string message)", "DSDN-E-CALL-REVERTED", "The call was refused.");

    /// <summary>Such as <c>InsufficientSelfBond(required: 5, given: 3)</c>.</summary>
    public override string ToString() => $"{Name}({string.Join(", ", Arguments.Select(argument => $"{argument.Key}: {argument.Value}"))})";

    /// <summary>Null where the data are no error that this module declares.</summary>
    public static RevertReason? Read(ModuleTable table, in Address module, ReadOnlySpan<byte> data)
    {
        if (data.Length < 4) return null;
        IEnumerable<ErrorDeclaration> declared = table.Find(module)?.Declaration.Errors ?? [];
        foreach (ErrorDeclaration error in declared.Concat(KernelErrors.All).Append(Text))
        {
            if (!error.Abi.Selector.SequenceEqual(data[..4])) continue;
            if (!AbiDecoder.TryDecode(error.Abi.Inputs, data[4..], AbiTrailing.Reject, out AbiValue[] values, out _)) return null;
            return new RevertReason(error.Abi.Name, error.Code, error.Meaning, [.. error.Abi.Inputs.Select((input, i) =>
                new KeyValuePair<string, string>(input.Name, AbiLiteral.Format(input.Type, values[i])))]);
        }
        return null;
    }
}
