using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Staking;

namespace Dsdn.Genesis;

/// <summary>
/// Writes a spec as JSON: keys sorted, amounts as decimal strings of base units, bytes as lower-case 0x hex, integers plain.
/// The canonical form, which block 0 binds, has no white space (what <c>jq -cSj .</c> prints); files are indented by two and end in LF.
/// </summary>
public static class SpecWriter
{
    public static byte[] Canonical(GenesisSpec spec) => Write(spec, indented: false);

    /// <summary>The text of a spec file.</summary>
    public static string File(GenesisSpec spec) => Encoding.UTF8.GetString(Write(spec, indented: true)) + "\n";

    private static byte[] Write(GenesisSpec spec, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = indented, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using var json = new Utf8JsonWriter(buffer, options);
        json.WriteStartObject();
        WriteList(json, "accounts", spec.Accounts, WriteAccount);
        json.WriteString("baseFeePerGas", spec.BaseFeePerGas.ToString());
        json.WriteNumber("chainId", spec.ChainId);
        json.WriteNumber("genesisTimeMs", spec.GenesisTimeMs);
        json.WriteStartObject("modules");
        WriteCommittee(json, spec.Committee);
        WriteEconomics(json, spec.Economics);
        WriteNodes(json, spec.Nodes);
        WriteStaking(json, spec.Staking);
        json.WriteEndObject();
        json.WriteString("network", spec.Network);
        WriteParams(json, spec.Params);
        json.WriteNumber("protocolVersion", GenesisSpec.ProtocolVersion);
        json.WriteString("supply", spec.Supply.ToString());
        WriteList(json, "validators", spec.Validators, WriteValidator);
        WriteList(json, "vesting", spec.Vesting, WriteVesting);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < items.Count; i++)
        {
            json.WriteStartObject();
            write(json, items[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteAccount(Utf8JsonWriter json, SpecAccount account)
    {
        json.WriteString("address", account.Address.ToString());
        json.WriteString("balance", account.Balance.ToString());
        json.WriteString("share", Allocation.Name(account.Share));
    }

    private static void WriteVesting(Utf8JsonWriter json, SpecVesting grant)
    {
        json.WriteString("beneficiary", grant.Beneficiary.ToString());
        json.WriteNumber("durationMs", grant.DurationMs);
        json.WriteString("share", Allocation.Name(grant.Share));
        json.WriteNumber("startMs", grant.StartMs);
        json.WriteString("total", grant.Total.ToString());
    }

    private static void WriteValidator(Utf8JsonWriter json, SpecValidator validator)
    {
        json.WriteNumber("commissionBps", validator.CommissionBps);
        json.WriteString("consensusKey", validator.ConsensusKey.ToString());
        json.WriteString("operator", validator.Operator.ToString());
        json.WriteString("payout", validator.Payout.ToString());
        json.WriteString("proofOfPossession", Hex.Encode(validator.Proof.Span));
        json.WriteString("share", Allocation.Name(validator.Share));
        json.WriteString("stake", validator.Stake.ToString());
    }

    /// <summary>A chain without a log has no such member.</summary>
    private static void WriteCommittee(Utf8JsonWriter json, SpecCommittee? committee)
    {
        if (committee is null) return;
        json.WriteStartObject("committee");
        json.WriteString("key", committee.Key.ToString());
        json.WriteString("proofOfPossession", Hex.Encode(committee.Proof.Span));
        json.WriteString("validator", committee.Validator.ToString());
        json.WriteEndObject();
    }

    private static void WriteEconomics(Utf8JsonWriter json, SpecEconomics economics)
    {
        json.WriteStartObject("economics");
        json.WriteStartObject("rewardPool");
        json.WriteNumber("durationMs", economics.RewardPoolDurationMs);
        json.WriteString("total", economics.RewardPool.ToString());
        json.WriteEndObject();
        json.WriteNumber("stakingRewardBps", economics.Params.StakingRewardBps);
        json.WriteString("treasury", economics.Treasury.ToString());
        json.WriteEndObject();
    }

    private static void WriteNodes(Utf8JsonWriter json, NodesParams nodes)
    {
        json.WriteStartObject("nodes");
        json.WriteString("dataCenterStakeMin", nodes.DataCenterStakeMin.ToString());
        json.WriteNumber("nodesPerOperatorMax", nodes.NodesPerOperatorMax);
        json.WriteString("regularStakeMin", nodes.RegularStakeMin.ToString());
        json.WriteEndObject();
    }

    private static void WriteStaking(Utf8JsonWriter json, StakingParams staking)
    {
        json.WriteStartObject("staking");
        json.WriteNumber("commissionDefaultBps", staking.CommissionDefaultBps);
        json.WriteNumber("commissionMaxBps", staking.CommissionMaxBps);
        json.WriteNumber("commissionStepBps", staking.CommissionStepBps);
        json.WriteNumber("commissionStepMs", staking.CommissionStepMs);
        json.WriteString("delegationMin", staking.DelegationMin.ToString());
        json.WriteNumber("jailMs", staking.JailMs);
        json.WriteNumber("livenessMinBps", staking.LivenessMinBps);
        json.WriteNumber("powerChangeDivisor", staking.PowerChangeDivisor);
        json.WriteString("selfBondMin", staking.SelfBondMin.ToString());
        json.WriteNumber("validatorsMax", staking.ValidatorsMax);
        json.WriteEndObject();
    }

    private static void WriteParams(Utf8JsonWriter json, ChainParams parameters)
    {
        json.WriteStartObject("params");
        json.WriteNumber("baseFeeChangeDivisor", parameters.BaseFeeChangeDivisor);
        json.WriteString("baseFeeFloor", parameters.BaseFeeFloor.ToString());
        json.WriteNumber("blockBytesMax", parameters.BlockBytesMax);
        json.WriteNumber("blockGasMax", parameters.BlockGasMax);
        json.WriteNumber("blockGasTarget", parameters.BlockGasTarget);
        json.WriteNumber("blockIntervalMs", parameters.BlockIntervalMs);
        json.WriteNumber("epochBlocks", parameters.EpochBlocks);
        json.WriteNumber("livenessWindowBlocks", parameters.LivenessWindowBlocks);
        json.WriteNumber("transactionBytesMax", parameters.TransactionBytesMax);
        json.WriteNumber("transactionGasMax", parameters.TransactionGasMax);
        json.WriteNumber("unbondingMs", parameters.UnbondingMs);
        json.WriteEndObject();
    }
}
