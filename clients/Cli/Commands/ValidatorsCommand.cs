using System.CommandLine;
using System.Text.Json.Nodes;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn validators</c>.</summary>
internal static class ValidatorsCommand
{
    public static Command Create(CommandContext context) => context.Leaf("validators", async (run, cancel) =>
    {
        ModuleMethod method = ModuleCatalog.Method("Staking", "validators");
        IReadOnlyList<AbiValue> rows = await Pages.AllAsync(new ModuleClient(run.Chain), method, [], cancel);
        AbiParameter[] fields = [.. method.Function.Outputs[0].Type.Element?.Components ?? []];
        return new Report().AddTable("validators", ["operator", "power", "stake", "selfStake", "commission", "jailed", "consensusKey"],
            rows.Select(row => (IReadOnlyList<Cell>)
            [
                Field(fields, row, "operator").Address,
                Field(fields, row, "power").UInt64,
                StakeCommands.ToAmount(Field(fields, row, "stake")),
                StakeCommands.ToAmount(Field(fields, row, "selfBond")),
                new Cell(JsonValue.Create(Field(fields, row, "commissionBps").UInt64), BasisPoints.Show(Field(fields, row, "commissionBps").UInt64)),
                Field(fields, row, "jailed").Bool,
                Field(fields, row, "consensusKey").Hash.ToString(),
            ]).ToArray());
    });

    /// <summary>By the name the ABI gives it, so that new fields of the module do not move the others.</summary>
    public static AbiValue Field(IReadOnlyList<AbiParameter> fields, AbiValue row, string name)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i].Name == name) return row.Items[i];
        }
        throw new InvalidOperationException($"the module declares no field {name}");
    }
}
