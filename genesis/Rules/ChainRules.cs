using Dsdn.Chain.Blocks;
using Dsdn.Genesis.Reading;

namespace Dsdn.Genesis.Rules;

/// <summary>Identity, time and parameters.</summary>
internal static class ChainRules
{
    public const ulong Mainnet = 17845;
    public const ulong Testnet = 17846;
    public const ulong Devnet = 17847;

    public static void Check(SpecReader reader)
    {
        GenesisSpec spec = reader.Spec;
        CheckIdentity(reader);
        if (reader.Root.IsGood("genesisTimeMs") && (spec.GenesisTimeMs == 0 || spec.GenesisTimeMs % 1000 != 0))
            reader.Root.Refuse("genesisTimeMs", GenesisCodes.Bounds, "must be a whole second after 1970, in milliseconds");
        foreach (ChainParamsFault fault in ChainParamsRules.Check(spec.Params))
        {
            bool boundIsKnown = fault.Field != "blockGasTarget" || reader.Params.IsGood("blockGasMax");
            if (boundIsKnown && reader.Params.IsGood(fault.Field)) reader.Params.Refuse(fault.Field, GenesisCodes.Bounds, fault.Rule);
        }
        if (reader.Root.IsGood("baseFeePerGas") && reader.Params.IsGood("baseFeeFloor") && spec.BaseFeePerGas < spec.Params.BaseFeeFloor)
            reader.Root.Refuse("baseFeePerGas", GenesisCodes.Bounds, "must not be below params.baseFeeFloor");
        ReportAt(reader, reader.Staking, spec.Staking.Faults());
        ReportAt(reader, reader.Nodes, spec.Nodes.Faults());
        ReportAt(reader, reader.Economics, spec.Economics.Params.Faults());
    }

    private static void CheckIdentity(SpecReader reader)
    {
        GenesisSpec spec = reader.Spec;
        if (reader.Root.IsGood("network") && (spec.Network.Length is 0 or > 32 || spec.Network.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')))
            reader.Root.Refuse("network", GenesisCodes.Chain, "must be 1 to 32 lower-case letters, digits or hyphens");
        if (!reader.Root.IsGood("chainId")) return;
        ulong? expected = spec.Network switch
        {
            "mainnet" => Mainnet,
            "testnet" => Testnet,
            "devnet" or "conformance" or "bench" => Devnet,
            _ => null,
        };
        if (spec.ChainId == 0) reader.Root.Refuse("chainId", GenesisCodes.Chain, "must not be 0");
        else if (expected is { } id && spec.ChainId != id) reader.Root.Refuse("chainId", GenesisCodes.Chain, $"the chain id of {spec.Network} is {id}");
        else if (expected is null && spec.ChainId is Mainnet or Testnet) reader.Root.Refuse("chainId", GenesisCodes.Chain, "belongs to another network");
    }

    /// <summary>The modules name the field before a colon; one that is a chain parameter is shown where it stands.</summary>
    private static void ReportAt(SpecReader reader, SpecFields fields, IEnumerable<string> faults)
    {
        foreach (string fault in faults)
        {
            int colon = fault.IndexOf(':', StringComparison.Ordinal);
            string field = colon < 0 ? "" : fault[..colon];
            string rule = fault[(colon + 1)..].TrimStart();
            if (fields.IsGood(field)) fields.Refuse(field, GenesisCodes.Bounds, rule);
            else if (reader.Params.IsGood(field)) reader.Params.Refuse(field, GenesisCodes.Bounds, rule);
        }
    }
}
