using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Genesis;
using Dsdn.Host.Networks;
using Dsdn.Node.Configuration;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Node.Tests.Networks;

public sealed class NetworkWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-network-").FullName;

    [Fact]
    public void EveryHomeHasTheSameGenesisItsOwnKeysAndAllOthersAsPeers()
    {
        WrittenNetwork network = Write(Plan(3));
        Assert.Equal(3, network.Homes.Count);
        GenesisSpec spec = Checked(network.Genesis);
        Assert.Equal((77_001UL, "private"), (spec.ChainId, spec.Network));
        Assert.Equal(network.GenesisHash, GenesisBuilder.Build(spec).Block.Hash);
        Assert.Equal(network.Homes.Select(home => home.ConsensusKey), spec.Validators.Select(validator => validator.ConsensusKey));
        foreach (WrittenHome home in network.Homes)
        {
            Assert.Equal(File.ReadAllBytes(network.Genesis), File.ReadAllBytes(home.Folder.Genesis));
            Assert.Equal(home.NodeId, NodeKeyFile.IdOf(NodeKeyFile.OpenOrCreate(home.Folder.NodeKey, File.ReadLines(home.Folder.Password).First())));
            using JsonDocument config = JsonDocument.Parse(File.ReadAllText(home.Folder.Configuration));
            Assert.Equal(
                network.Homes.Where(other => other != home).Select(other => $"{other.NodeId}@127.0.0.1:{other.Endpoints.P2pPort}"),
                config.RootElement.GetProperty("peers").EnumerateArray().Select(peer => peer.GetString()));
        }
        Assert.Equal([8545, 8555, 8565], network.Homes.Select(home => home.Endpoints.RpcPort));
        Assert.Equal([45831, 45832, 45833], network.Homes.Select(home => home.Endpoints.P2pPort));
    }

    [Fact]
    public void ThePasswordOfAHomeOpensItsConsensusKeyAndTheKeyThatOwnsTheStake()
    {
        WrittenHome home = Write(Plan(1)).Homes[0];
        string password = File.ReadLines(home.Folder.Password).First();
        using NodeKey consensus = NodeKey.Open(home.Folder.ConsensusKey, NodeKey.ConsensusKind, password);
        Assert.Equal(home.ConsensusKey, consensus.PublicKey);
        var keys = new KeyDirectory(home.Folder.Keys, ScryptCost.Light);
        using Account account = keys.Open(Assert.Single(keys.List()), password);
        Assert.Equal(home.Operator, account.Address);
        foreach (string file in (string[])[home.Folder.Password, home.Folder.ConsensusKey, home.Folder.NodeKey, Path.Combine(home.Folder.Keys, "operator.json")])
            Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void TheFirstHomeHoldsTheKeyOfTheLogsCommittee()
    {
        WrittenNetwork network = Write(Plan(2));
        SpecCommittee committee = Assert.IsType<SpecCommittee>(Checked(network.Genesis).Committee);
        WrittenHome first = network.Homes[0];
        Assert.Equal(first.Operator, committee.Validator);
        using NodeKey key = NodeKey.Open(first.Folder.CommitteeKey, NodeKey.CommitteeKind, File.ReadLines(first.Folder.Password).First());
        Assert.Equal(committee.Key, key.PublicKey);
        Assert.NotEqual(first.ConsensusKey, key.PublicKey);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(first.Folder.CommitteeKey));
        Assert.False(Path.Exists(network.Homes[1].Folder.Coordinator));
    }

    [Fact]
    public void ANodeTakesItsConfigurationAlsoAfterTheHomeWasMoved()
    {
        WrittenHome home = Write(Plan(2)).Homes[1];
        string moved = Path.Combine(_folder, "elsewhere");
        Directory.Move(home.Folder.Path, moved);
        NodeOptions options = NodeConfiguration.Load(Path.Combine(moved, "config.json"), _ => null, []);
        Assert.Equal((Path.Combine(moved, "genesis.json"), Path.Combine(moved, "node"), Path.Combine(moved, "password")), (options.Network, options.DataFolder, options.PasswordFile));
        Assert.Equal(8555, options.RpcPort);
        Assert.Equal("private", NetworkGenesis.Load(options.Network).Name);
    }

    [Fact]
    public void OnHostsOfTheirOwnAllHaveTheSamePortsAndListenToEveryAddress()
    {
        WrittenNetwork network = Write(Plan(2) with { Endpoints = Endpoints.Assign(["v0.example.org", "2001:db8::1"], 8545, 45831) });
        Assert.All(network.Homes, home => Assert.Equal((8545, 45831, "0.0.0.0:45831"), (home.Endpoints.RpcPort, home.Endpoints.P2pPort, home.Endpoints.P2pListen)));
        Assert.Contains($"{network.Homes[1].NodeId}@[2001:db8::1]:45831", File.ReadAllText(network.Homes[0].Folder.Configuration));
    }

    [Fact]
    public void ADevelopmentNetworkHasThePublicKeysAndRoomForMoreValidators()
    {
        WrittenNetwork network = Write(Plan(4) with { IsDevelopment = true });
        GenesisSpec spec = Checked(network.Genesis);
        Assert.Equal(GenesisTemplates.DevnetChainId, spec.ChainId);
        Assert.Equal(Enumerable.Range(0, 4).Select(DevnetKeys.Operator), network.Homes.Select(home => home.Operator));
        Assert.True(spec.Staking.ValidatorsMax > 4);
        // Who bonds the least and never runs must not stop it: three such beside the four, one of which may fail.
        Amount ghosts = Amount.Nusa(50_000 * (spec.Staking.ValidatorsMax - 4)), total = spec.Validators.Aggregate(ghosts, (sum, validator) => sum + validator.Stake);
        Assert.True((total - ghosts - spec.Validators[0].Stake).BaseUnits * 3 > total.BaseUnits * 2);
        Assert.False(File.Exists(network.Homes[0].Folder.Password));
        Assert.False(Path.Exists(network.Homes[0].Folder.Coordinator));
        Assert.Equal(GenesisTemplates.Devnet().Committee?.Key, spec.Committee?.Key);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(network.Homes[2].Folder.Configuration));
        Assert.Equal(2, config.RootElement.GetProperty("dev-validator").GetInt32());
    }

    [Fact]
    public void AnExistingFolderIsLeftAsItIs()
    {
        string taken = Path.Combine(_folder, "taken");
        Directory.CreateDirectory(taken);
        DsdnException error = Assert.Throws<DsdnException>(() => Write(Plan(1) with { Directory = taken }));
        Assert.Equal("DSDN-E-NETWORK-EXISTS", error.Error.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(taken));
        Assert.Equal([taken], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void WhatAnAbortedWriteLeftIsNotInTheWay()
    {
        NetworkPlan plan = Plan(1);
        Directory.CreateDirectory(plan.Directory + ".partial/node0");
        Write(plan);
        Assert.False(Directory.Exists(plan.Directory + ".partial"));
    }

    [Theory]
    [InlineData("chain", 17845UL)]
    [InlineData("chain", 17847UL)]
    [InlineData("chain", 0UL)]
    [InlineData("stake", 49_999UL)]
    [InlineData("stake", 7_490_001UL)] // two of them and their fees are above the share they come from
    public void WhatTheGenesisWouldRefuseIsRefusedBeforeAnythingIsWritten(string what, ulong value)
    {
        NetworkPlan plan = what == "chain" ? Plan(2) with { ChainId = value } : Plan(2) with { Stake = Amount.Nusa(value) };
        Assert.Equal("DSDN-E-NETWORK-PLAN", Assert.Throws<DsdnException>(() => Write(plan)).Error.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(1, 50_000UL)]
    [InlineData(2, 7_490_000UL)]
    [InlineData(4, 3_740_000UL)]
    public void SmallestAndLargestStakesMakeAGenesisThatTheCheckerTakes(int validators, ulong stake) =>
        Checked(Write(Plan(validators) with { Stake = Amount.Nusa(stake) }).Genesis);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static GenesisSpec Checked(string genesis)
    {
        GenesisCheck check = GenesisChecker.Check(File.ReadAllBytes(genesis));
        Assert.Empty(check.Errors);
        return check.Spec!;
    }

    private static WrittenNetwork Write(NetworkPlan plan) => new NetworkWriter(ScryptCost.Light, Argon2Cost.Light).Write(plan);

    private NetworkPlan Plan(int validators) => new(
        Path.Combine(_folder, "network"), "private", Endpoints.Assign([.. Enumerable.Repeat("127.0.0.1", validators)], 8545, 45831),
        77_001, NetworkPlan.DefaultStake, IsDevelopment: false, 1_767_225_600_000);
}
