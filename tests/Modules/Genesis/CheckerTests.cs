using System.Text;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis;

namespace Dsdn.Modules.Tests.Genesis;

public sealed class CheckerTests
{
    private static readonly string Devnet = SpecWriter.File(GenesisTemplates.Devnet());

    /// <summary>What is changed in the devnet file, and the one error that must follow, on the changed line.</summary>
    [Theory]
    [InlineData("\"chainId\": 17847", "\"chainId\": 17845", "/chainId", GenesisCodes.Chain)]
    [InlineData("\"network\": \"devnet\"", "\"network\": \"Dev net\"", "/network", GenesisCodes.Chain)]
    [InlineData("\"protocolVersion\": 1", "\"protocolVersion\": 2", "/protocolVersion", GenesisCodes.Bounds)]
    [InlineData("\"genesisTimeMs\": 1767225600000", "\"genesisTimeMs\": 1767225600001", "/genesisTimeMs", GenesisCodes.Bounds)]
    [InlineData("\"genesisTimeMs\": 1767225600000", "\"genesisTimeMs\": 1767225600.5", "/genesisTimeMs", GenesisCodes.Type)]
    [InlineData("\"genesisTimeMs\": 1767225600000", "\"genesisTimeMs\": \"1767225600000\"", "/genesisTimeMs", GenesisCodes.Type)]
    [InlineData("\"baseFeePerGas\": \"1000000000\"", "\"baseFeePerGas\": \"999999999\"", "/baseFeePerGas", GenesisCodes.Bounds)]
    [InlineData("\"baseFeePerGas\": \"1000000000\"", "\"baseFeePerGas\": 1000000000", "/baseFeePerGas", GenesisCodes.Type)]
    [InlineData("\"baseFeePerGas\": \"1000000000\"", "\"baseFeePerGas\": \"01000000000\"", "/baseFeePerGas", GenesisCodes.Type)]
    [InlineData("\"supply\": \"300000000000000000000000000\"", "\"supply\": \"300000000000000000000000001\"", "/supply", GenesisCodes.Supply)]
    [InlineData("\"blockGasTarget\": 210000000", "\"blockGasTarget\": 420000001", "/params/blockGasTarget", GenesisCodes.Bounds)]
    [InlineData("\"blockBytesMax\": 4194304", "\"blockBytesMax\": 1000", "/params/blockBytesMax", GenesisCodes.Bounds)]
    [InlineData("\"commissionMaxBps\": 10000", "\"commissionMaxBps\": 10001", "/modules/staking/commissionMaxBps", GenesisCodes.Bounds)]
    [InlineData("\"stakingRewardBps\": 100", "\"stakingRewardBps\": 101", "/modules/economics/stakingRewardBps", GenesisCodes.Bounds)]
    [InlineData("\"nodesPerOperatorMax\": 64", "\"nodesPerOperatorMax\": 65", "/modules/nodes/nodesPerOperatorMax", GenesisCodes.Bounds)]
    [InlineData("\"validatorsMax\": 1", "\"validatorsMax\": 151", "/modules/staking/validatorsMax", GenesisCodes.Bounds)]
    [InlineData("\"commissionBps\": 2000", "\"commissionBps\": 10001", "/validators/0/commissionBps", GenesisCodes.Stake)]
    [InlineData("\"durationMs\": 157680000000", "\"durationMs\": 157680000001", "/vesting/0/durationMs", GenesisCodes.Vesting)]
    [InlineData("\"startMs\": 1767225600000", "\"startMs\": 1767225599999", "/vesting/0/startMs", GenesisCodes.Vesting)]
    [InlineData("\"supply\":", "\"suply\":", "/suply", GenesisCodes.Unknown)]
    [InlineData("0x0000000000000000000000000000000000000809", "0x0000000000000000000000000000000000000808", "/accounts/25/address", GenesisCodes.Account)]
    [InlineData("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0x0000000000000000000000000000000000000000", "/accounts/0/address", GenesisCodes.Account)]
    [InlineData("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0x0000000000000000000000000000000000000800", "/accounts/0/address", GenesisCodes.Account)]
    [InlineData("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0xf39fd6e51aad88f6f4ce6ab8827279cfffb9226", "/accounts/0/address", GenesisCodes.Type)]
    [InlineData("0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "/accounts/1/address", GenesisCodes.Duplicate)]
    public void OneMistakeIsNamedByLinePointerAndCode(string from, string to, string pointer, string code)
    {
        string changed = ReplaceFirst(Devnet, from, to);
        GenesisCheck check = Check(changed);
        Assert.Null(check.Spec);
        GenesisError error = Assert.Single(check.Errors, error => error.Pointer == pointer && error.Code == code);
        Assert.Equal(LineOf(Devnet, from), error.Line);
        Assert.All(check.Errors, other => Assert.True(other == error || other.Code is GenesisCodes.Missing, other.ToString()));
    }

    [Theory]
    [InlineData("1000000000000000000000000", "999999999999999999999999", "earlyNodes adds up to 14999999999999999999999999, not 15000000000000000000000000 (5 %)", "/accounts/0/balance")]
    [InlineData("60000000000000000000000000", "60000000000000000000000001", "foundation adds up to 60000000000000000000000001, not 60000000000000000000000000 (20 %)", "/vesting/0/total")]
    [InlineData("150000000000000000000000000", "149000000000000000000000000", "rewardPool adds up to 149000000000000000000000000, not 150000000000000000000000000 (50 %)", "/modules/economics/rewardPool/total")]
    [InlineData("\"share\": \"liquidity\"", "\"share\": \"earlyNodes\"", "liquidity adds up to 0, not 15000000000000000000000000 (5 %)", "/accounts")]
    public void ShareThatDoesNotAddUpIsNamed(string from, string to, string message, string pointer) =>
        Assert.Contains(Check(ReplaceFirst(Devnet, from, to)).Errors, error => error.Code == GenesisCodes.Allocation && error.Message == message && error.Pointer == pointer);

    [Fact]
    public void SumBeyond128BitsIsAnErrorNotACrash()
    {
        string most = UInt128.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(
            Check(Devnet.Replace("\"balance\": \"1000000000000000000000000\"", $"\"balance\": \"{most}\"", StringComparison.Ordinal)).Errors,
            error => error.Code == GenesisCodes.Allocation && error.Message == "earlyNodes is above 2^128 base units");
    }

    [Fact]
    public void KeyOfSmallOrderIsRefused()
    {
        string key = GenesisTemplates.Devnet().Validators[0].ConsensusKey.ToString();
        GenesisError error = Assert.Single(Check(Devnet.Replace(key, "0x0100000000000000000000000000000000000000000000000000000000000000", StringComparison.Ordinal)).Errors);
        Assert.Equal(("/validators/0/consensusKey", GenesisCodes.Key), (error.Pointer, error.Code));
    }

    [Fact]
    public void ProofForAnotherOperatorOrChainIsRefused()
    {
        GenesisSpec spec = GenesisTemplates.Devnet();
        SpecValidator good = spec.Validators[0];
        foreach (SpecValidator bad in new[]
        {
            good with { Proof = ValidatorKeys.Entry(spec.ChainId, Address.FromNumber(1), DevnetKeys.ConsensusSeed(0), good.Stake).Proof },
            good with { Proof = ValidatorKeys.Entry(1, good.Operator, DevnetKeys.ConsensusSeed(0), good.Stake).Proof },
        })
        {
            GenesisError error = Assert.Single(Check(SpecWriter.File(spec with { Validators = [bad] })).Errors);
            Assert.Equal(("/validators/0/proofOfPossession", GenesisCodes.Possession), (error.Pointer, error.Code));
        }
    }

    [Fact]
    public void CommitteeThatIsNotRightIsRefused()
    {
        GenesisSpec spec = GenesisTemplates.Devnet();
        SpecCommittee good = spec.Committee!;
        byte[] seed = DevnetKeys.CommitteeSeed();
        foreach ((SpecCommittee bad, string field, string code) in new[]
        {
            (good with { Proof = ValidatorKeys.Committee(1, good.Validator, seed).Proof }, "proofOfPossession", GenesisCodes.Possession),
            (good with { Proof = spec.Validators[0].Proof }, "proofOfPossession", GenesisCodes.Possession),
            (good with { Key = new Hash256([1, .. new byte[31]]) }, "key", GenesisCodes.Key),
            (ValidatorKeys.Committee(spec.ChainId, good.Validator, DevnetKeys.ConsensusSeed(0)), "key", GenesisCodes.Committee),
            (ValidatorKeys.Committee(spec.ChainId, DevnetKeys.Operator(1), seed), "validator", GenesisCodes.Committee),
        })
        {
            GenesisError error = Assert.Single(Check(SpecWriter.File(spec with { Committee = bad })).Errors);
            Assert.Equal(("/modules/committee/" + field, code), (error.Pointer, error.Code));
        }
    }

    [Theory]
    [InlineData("devnet", true)]
    [InlineData("conformance", false)]
    [InlineData("bench", false)]
    public void NetworkWithALogNamesItsCommittee(string network, bool hasLog)
    {
        GenesisCheck check = Check(SpecWriter.File(GenesisTemplates.Devnet() with { Network = network, Committee = null }));
        if (!hasLog)
        {
            Assert.Empty(check.Errors);
            return;
        }
        GenesisError error = Assert.Single(check.Errors);
        Assert.Equal(("/modules", GenesisCodes.Missing, "committee is missing: this network has a log"), (error.Pointer, error.Code, error.Message));
    }

    [Theory]
    [InlineData("\"committee\": {", "\"committee\": null, \"committeee\": {", "/modules/committee", GenesisCodes.Incomplete)]
    [InlineData("\"committee\": {", "\"committee\": { \"more\": 1,", "/modules/committee/more", GenesisCodes.Unknown)]
    [InlineData("\"committee\": {", "\"committee\": 7, \"committeee\": {", "/modules/committee", GenesisCodes.Type)]
    public void FormOfTheCommitteeIsChecked(string from, string to, string pointer, string code) =>
        Assert.Contains(Check(ReplaceFirst(Devnet, from, to)).Errors, error => error.Pointer == pointer && error.Code == code);

    [Fact]
    public void StakeBelowTheLeastIsRefusedThoughSumsHold()
    {
        GenesisSpec spec = GenesisTemplates.Private(
            "own", 5, 1_000, [ValidatorKeys.Entry(5, Address.FromNumber(1), new byte[32], Amount.Nusa(50_000) - new Amount(1))], []);
        GenesisError error = Assert.Single(Check(SpecWriter.File(spec)).Errors);
        Assert.Equal(("/validators/0/stake", GenesisCodes.Stake), (error.Pointer, error.Code));
    }

    [Fact]
    public void SameKeyForTwoValidatorsIsRefused()
    {
        SpecValidator[] twins = [.. Enumerable.Range(1, 2).Select(n => ValidatorKeys.Entry(5, Address.FromNumber((ushort)n), new byte[32], Amount.Nusa(50_000)))];
        GenesisError error = Assert.Single(Check(SpecWriter.File(GenesisTemplates.Private("own", 5, 1_000, twins, []))).Errors);
        Assert.Equal(("/validators/1/consensusKey", GenesisCodes.Duplicate), (error.Pointer, error.Code));
    }

    [Fact]
    public void AllMistakesAreReportedTogetherInTheOrderOfTheirLines()
    {
        string changed = Devnet.Replace("\"chainId\": 17847", "\"chainId\": 0", StringComparison.Ordinal)
            .Replace("\"commissionBps\": 2000", "\"commissionBps\": null", StringComparison.Ordinal)
            .Replace("\"epochBlocks\": 60,", "\"epochBlocks\": 0, \"more\": true,", StringComparison.Ordinal)
            .Replace("\"share\": \"foundation\"", "\"share\": \"founders\"", StringComparison.Ordinal);
        IReadOnlyList<GenesisError> errors = Check(changed).Errors;
        Assert.Equal(errors.Select(error => error.Line).Order(), errors.Select(error => error.Line));
        Assert.Equal(
            ["/chainId", "/params/epochBlocks", "/params/more", "/validators/0/commissionBps", "/vesting/0/share"],
            errors.Select(error => error.Pointer).Distinct());
    }

    [Fact]
    public void MemberThatStandsTwiceIsRefused()
    {
        GenesisError error = Assert.Single(Check(ReplaceFirst(Devnet, "\"chainId\": 17847", "\"chainId\": 17847,\n  \"chainId\": 17847")).Errors);
        Assert.Equal((GenesisCodes.Duplicate, LineOf(Devnet, "\"chainId\"") + 1), (error.Code, error.Line));
    }

    [Fact]
    public void BrokenJsonNamesItsLine()
    {
        GenesisError error = Assert.Single(Check(ReplaceFirst(Devnet, "\"chainId\": 17847,", "\"chainId\": 17847")).Errors);
        Assert.Equal(GenesisCodes.Json, error.Code);
        Assert.InRange(error.Line, LineOf(Devnet, "\"chainId\""), LineOf(Devnet, "\"chainId\"") + 1);
    }

    [Fact]
    public void TruncatedAndDamagedFilesGiveErrorsOnly()
    {
        byte[] file = Encoding.UTF8.GetBytes(Devnet);
        var random = new Random(11);
        for (int i = 0; i < 150; i++) Assert.NotEmpty(GenesisChecker.Check(file.AsSpan(0, random.Next(file.Length - 2))).Errors);
        for (int i = 0; i < 150; i++)
        {
            byte[] damaged = (byte[])file.Clone();
            damaged[random.Next(file.Length)] = (byte)random.Next(256);
            GenesisCheck check = GenesisChecker.Check(damaged);
            Assert.Equal(check.Spec is null, check.Errors.Count > 0);
        }
        foreach (string odd in new[] { "", "null", "[]", "{}", "7", new string('[', 1_000), "\"\\ud800\"" }) Assert.NotEmpty(Check(odd).Errors);
        Assert.NotEmpty(GenesisChecker.Check([0xff, 0xfe]).Errors);
    }

    private static GenesisCheck Check(string json) => GenesisChecker.Check(Encoding.UTF8.GetBytes(json));

    private static string ReplaceFirst(string text, string from, string to)
    {
        int at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{from} is not in the file");
        return string.Concat(text.AsSpan(0, at), to, text.AsSpan(at + from.Length));
    }

    private static int LineOf(string text, string part) => text.AsSpan(0, text.IndexOf(part, StringComparison.Ordinal)).Count('\n') + 1;
}
