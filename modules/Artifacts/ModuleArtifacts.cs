using System.Text;
using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Artifacts;

/// <summary>One generated file: its path from the root of the repository, and its text.</summary>
public sealed record ArtifactFile(string Path, string Text);

/// <summary>
/// Everything that is generated from the module declarations: documentation, ABI JSON, Solidity interfaces, TypeScript, and the C# client.
/// Pure text; the test "GeneratedFilesAreCurrent" compares it with what is committed and, told to, writes it.
/// </summary>
public static class ModuleArtifacts
{
    /// <summary>Ascending by path, so that two runs give the same list.</summary>
    public static IReadOnlyList<ArtifactFile> Files(ModuleTable table)
    {
        List<ArtifactFile> files = [new("docs/modules/README.md", Index(table))];
        foreach (ModuleDeclaration module in table.Modules)
        {
            files.Add(new($"docs/modules/{module.Name}.md", ModuleTexts.Markdown(table, module)));
            files.Add(new($"clients/abi/{module.Name}.json", ModuleTexts.AbiJsonOf(module)));
            files.Add(new($"clients/abi/I{module.Name}.sol", ModuleTexts.Solidity(module)));
            files.Add(new($"clients/abi/{module.Name}.ts", TypeScript(module)));
            files.Add(new($"clients/Sdk/Modules/Generated/{module.Name}Client.cs", new CSharpClient(module).Text()));
        }
        files.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        return files;
    }

    /// <summary>The ABI as a constant: viem and abitype derive all types from it.</summary>
    private static string TypeScript(ModuleDeclaration module)
    {
        string name = char.ToLowerInvariant(module.Name[0]) + module.Name[1..];
        return "// Generated from the module's declaration; do not edit.\n"
            + $"export const {name}Address = '{Chain.Crypto.Eip55.Format(ModuleTable.AddressOf(module.Number))}' as const\n\n"
            + $"export const {name}Abi = {ModuleTexts.AbiJsonOf(module).TrimEnd('\n')} as const\n";
    }

    private static string Index(ModuleTable table)
    {
        StringBuilder page = new("# Modules\n\n<!-- Generated from the modules' declarations; do not edit. -->\n\n| n | module | address | what it does |\n|---|---|---|---|\n");
        foreach (ModuleDeclaration module in table.Modules)
            page.Append($"| {module.Number} | [{module.Name}]({module.Name}.md) | `{ModuleTable.AddressOf(module.Number)}` | {module.Summary} |\n");
        page.Append("\n## Errors of every module\n\n| error | code | meaning |\n|---|---|---|\n");
        foreach (ErrorDeclaration error in KernelErrors.All) page.Append($"| `{error.Abi.Signature}` | `{error.Code}` | {error.Meaning} |\n");
        page.Append("\n## Events of every module\n\n| event | when |\n|---|---|\n");
        foreach (EventDeclaration one in KernelEvents.All) page.Append($"| `{one.Abi.Signature}` | {one.Meaning} |\n");
        page.Append("\n## Order of block work\n\n");
        AppendHooks(page, table, "Start of a block", table.BeginBlock);
        AppendHooks(page, table, "End of a block", table.EndBlock);
        page.Append($"## Batched reads\n\nMulticall3 answers at `{Chain.Crypto.Eip55.Format(ModuleKernel.BatchAddress)}`. Its inner calls are always read-only and it takes no value.\n");
        return page.ToString();
    }

    private static void AppendHooks(StringBuilder page, ModuleTable table, string title, IReadOnlyList<Hook> hooks)
    {
        page.Append($"{title}:\n\n");
        for (int i = 0; i < hooks.Count; i++)
            page.Append($"{i + 1}. {table.Modules.First(module => module.Number == hooks[i].Module).Name} {hooks[i].Name}: {hooks[i].Bound}\n");
        page.Append('\n');
    }
}
