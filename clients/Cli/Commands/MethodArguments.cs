using System.CommandLine;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Cli.Display;

namespace Dsdn.Cli.Commands;

/// <summary>The arguments of a module method on the command line; where an address is wanted, the name of a key will do.</summary>
internal static class MethodArguments
{
    public static Argument<string[]> Create(CommandContext context) => new("arguments")
    {
        Description = context.Texts["argument.arguments"],
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    };

    public static IReadOnlyList<string> Resolve(Invocation run, AbiFunction function, IReadOnlyList<string> texts) =>
        texts.Select((text, i) => i < function.Inputs.Count && function.Inputs[i].Type.Kind == AbiKind.Address ? Report.Checksum(run.Address(text)) : text).ToArray();
}
