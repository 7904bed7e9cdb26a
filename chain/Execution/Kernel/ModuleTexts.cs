using System.Text;
using Dsdn.Chain.Codecs.Abi;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>What a declaration says, for machines and people: ABI, Solidity interface, documentation page.</summary>
public static class ModuleTexts
{
    public static AbiInterface Interface(ModuleDeclaration module) => new(
        [.. module.Methods.Select(method => method.Abi)],
        [.. module.Events.Concat(KernelEvents.All).Select(one => one.Abi)],
        [.. module.Errors.Concat(KernelErrors.All).Select(error => error.Abi)]);

    public static string AbiJsonOf(ModuleDeclaration module) => AbiJson.Write(Interface(module));

    public static ModuleDescription Describe(ModuleDeclaration module) =>
        new(module.Name, ModuleTable.AddressOf(module.Number), AbiJsonOf(module), Solidity(module));

    /// <summary>A Solidity interface that solc compiles.</summary>
    public static string Solidity(ModuleDeclaration module)
    {
        SolidityStructs structs = new();
        StringBuilder body = new();
        foreach (ErrorDeclaration error in module.Errors.Concat(KernelErrors.All.Where(error => error.Abi.Name != "Panic")))
            body.Append($"    /// {error.Meaning} ({error.Code})\n    error {error.Abi.Name}({structs.List(error.Abi.Name, error.Abi.Inputs, "")});\n\n");
        foreach (EventDeclaration one in module.Events.Concat(KernelEvents.All))
            body.Append($"    /// {one.Meaning}\n    event {one.Abi.Name}({structs.List(one.Abi.Name, one.Abi.Inputs, "")});\n\n");
        foreach (Method method in module.Methods)
        {
            string mutability = method.Abi.Mutability == AbiMutability.NonPayable ? "" : " " + AbiJson.MutabilityName(method.Abi.Mutability);
            string returns = method.Abi.Outputs.Count == 0 ? "" : $" returns ({structs.List(method.Abi.Name, method.Abi.Outputs, " memory")})";
            body.Append($"    /// {method.Meaning}\n    function {method.Abi.Name}({structs.List(method.Abi.Name, method.Abi.Inputs, " calldata")}) external{mutability}{returns};\n\n");
        }
        return $$"""
            // SPDX-License-Identifier: Apache-2.0
            // Generated from the module's declaration; do not edit.
            pragma solidity ^0.8.20;

            /// {{module.Summary}}
            interface I{{module.Name}} {

            """ + structs.Definitions + body.ToString().TrimEnd('\n') + "\n}\n\n" +
            $"I{module.Name} constant {module.Name.ToUpperInvariant()} = I{module.Name}({Crypto.Eip55.Format(ModuleTable.AddressOf(module.Number))});\n";
    }

    /// <summary>The documentation page of a module.</summary>
    public static string Markdown(ModuleTable table, ModuleDeclaration module)
    {
        StringBuilder page = new();
        page.Append($"# {module.Name}\n\n<!-- Generated from the module's declaration; do not edit. -->\n\n{module.Summary}\n\n");
        page.Append($"Address `{ModuleTable.AddressOf(module.Number)}` (module {module.Number}). Errors and events that every module has stand in [README](README.md).\n");
        page.Append("\n## Methods that write\n\nGas is the most a call uses beyond the intrinsic cost.\n\n| method | who | gas | what it does |\n|---|---|---|---|\n");
        foreach (Method method in module.Methods.Where(method => !method.IsView))
            page.Append($"| {Code(Declaration(method.Abi))} | {method.Permission.Text} | {method.GasMax} | {method.Meaning} |\n");
        page.Append("\n## Queries\n\n| method | gas | what it tells |\n|---|---|---|\n");
        foreach (Method method in module.Methods.Where(method => method.IsView))
            page.Append($"| {Code(Declaration(method.Abi))} | {method.GasMax} | {method.Meaning} |\n");
        page.Append("\n## Events\n\n| event | when |\n|---|---|\n");
        foreach (EventDeclaration one in module.Events) page.Append($"| {Code(Fields(one.Abi.Name, one.Abi.Inputs))} | {one.Meaning} |\n");
        page.Append("\n## Errors\n\n| error | code | meaning |\n|---|---|---|\n");
        foreach (ErrorDeclaration error in module.Errors) page.Append($"| {Code(Fields(error.Abi.Name, error.Abi.Inputs))} | `{error.Code}` | {error.Meaning} |\n");
        page.Append("\n## State\n\nOne storage slot a record: Keccak256(table id as two bytes, key). Scalar tables hold the word itself, the others Keccak256(0x01, RLP record).\n\n| id | table | key | value |\n|---|---|---|---|\n");
        foreach (TableDeclaration one in module.Tables) page.Append($"| 0x{one.Id:x4} | {one.Name} | {one.Key} | {one.Value} |\n");
        AppendHooks(page, "Start of a block", table.BeginBlock, module);
        AppendHooks(page, "End of a block", table.EndBlock, module);
        page.Append("\n## Invariants\n\nChecked after every block in tests and simulations.\n\n");
        foreach (Invariant invariant in module.Invariants) page.Append($"- {invariant.Name}\n");
        return page.ToString();
    }

    /// <summary>Such as <c>delegate(address validator) payable</c>.</summary>
    public static string Declaration(AbiFunction function)
    {
        string mutability = function.Mutability == AbiMutability.NonPayable ? "" : " " + AbiJson.MutabilityName(function.Mutability);
        string returns = function.Outputs.Count == 0 ? "" : $" returns ({Fields(function.Outputs)})";
        return Fields(function.Name, function.Inputs) + mutability + returns;
    }

    private static void AppendHooks(StringBuilder page, string title, IReadOnlyList<Hook> hooks, ModuleDeclaration module)
    {
        Hook[] own = [.. hooks.Where(hook => hook.Module == module.Number)];
        if (own.Length == 0) return;
        page.Append($"\n## {title}\n\n");
        foreach (Hook hook in own) page.Append($"- {hook.Name}: {hook.Bound}\n");
    }

    private static string Code(string text) => "`" + text + "`";

    private static string Fields(string name, IReadOnlyList<AbiParameter> parameters) => name + "(" + Fields(parameters) + ")";

    private static string Fields(IReadOnlyList<AbiParameter> parameters) => string.Join(", ", parameters.Select(Field));

    private static string Field(AbiParameter parameter) =>
        TypeText(parameter.Type) + (parameter.IsIndexed ? " indexed" : "") + (parameter.Name.Length > 0 ? " " + parameter.Name : "");

    private static string TypeText(AbiType type) => type.Kind switch
    {
        AbiKind.Tuple => "(" + Fields(type.Components) + ")",
        AbiKind.Array or AbiKind.FixedArray when type.Element is { } element => TypeText(element) + type.Name[element.Name.Length..],
        _ => type.Name,
    };
}
