using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Sending;

/// <summary>A transaction that calls a module method.</summary>
internal static class ModuleSender
{
    public static Task<Report> SendAsync(Invocation run, SendOptions options, ModuleMethod method, AbiValue[] arguments, Amount value, CancellationToken cancel)
    {
        if (method.Function.Mutability == AbiMutability.View) throw new DsdnException(ErrorCodes.MethodIsView, ErrorClass.Usage, method.Module.Name, method.Function.Name);
        if (!value.IsZero && method.Function.Mutability != AbiMutability.Payable) throw new DsdnException(ErrorCodes.MethodNotPayable, ErrorClass.Usage, method.Module.Name, method.Function.Name);
        string what = $"{method.Module.Name}.{method.Function.Name}({AbiText.Format(method.Function.Inputs, arguments)})";
        return Sender.SendAsync(run, options, new Intent(method.Module.Address, value, method.Function.EncodeCall(arguments), what), cancel);
    }
}
