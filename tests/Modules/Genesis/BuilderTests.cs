using System.Text;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Genesis;
using LogCommittee = Dsdn.Chain.Log.Committees.Committee;

namespace Dsdn.Modules.Tests.Genesis;

public sealed class BuilderTests
{
    [Fact]
    public void BlockZeroBindsTheSpecAndStartsItsState()
    {
        GenesisSpec spec = GenesisTemplates.Conformance();
        GenesisBlock genesis = GenesisBuilder.Build(spec);
        Header header = genesis.Block.Header;
        Assert.Equal((0UL, 30_000_000UL, 1_700_000_000UL, spec.BaseFeePerGas), (header.Number, header.GasLimit, header.Timestamp, header.BaseFeePerGas));
        Assert.Equal(BlockHashes.GenesisExtraData(SpecWriter.Canonical(spec)), header.ExtraData);
        Assert.Equal(HeaderCodec.Hash(header), genesis.Block.Hash);
        Assert.Null(genesis.Block.Consensus);
        Assert.Equal(GenesisBuilder.Build(spec).Block.Hash, genesis.Block.Hash);
        Assert.NotEqual(genesis.Block.Hash, GenesisBuilder.Build(spec with { GenesisTimeMs = spec.GenesisTimeMs + 1_000 }).Block.Hash);
    }

    /// <summary>Computed outside this code base: Keccak-256 of the tag and what jq -cSj prints of the file.</summary>
    [Theory]
    [InlineData("devnet", "0x9353e6ed417fd8892b1b93fd9203590b9f52ebba2dfa1c6d794c013a29209fbb")]
    [InlineData("conformance", "0x9a573c41048745af760852bd4e42d2258e1385b324ea51fe7cb9960a52edc7d8")]
    public void ExtraDataOfBlockZeroIsKnown(string network, string expected) =>
        Assert.Equal(expected, GenesisBuilder.Build(GenesisChecker.Check(NetworkSpecs.Read(network)!).Spec!).Block.Header.ExtraData.ToString());

    /// <summary>The recorded replies are of this chain: whatever modules come, it stays what it was before there was a log.</summary>
    [Fact]
    public void ChainOfTheRecordedRepliesStaysWhatItWas()
    {
        GenesisBlock genesis = GenesisBuilder.Build(GenesisTemplates.Conformance());
        Assert.Equal("0x81ab599846047282db07890b30e66a8e4464eed4b01766995d78fbd15ee33270", genesis.Block.Header.StateRoot.ToString());
        Assert.Equal("0x74d26afbf6dbc689fee03c00a531656799dbf21834357bb1847627c8fbed38b9", genesis.Block.Hash.ToString());
        Assert.Null(GenesisCommittee.Of(GenesisTemplates.Conformance(), genesis.Block.Hash));
        Assert.DoesNotContain(genesis.State.Accounts, pair => pair.Key == Address.FromNumber(0x802) || pair.Key == Address.FromNumber(0x80a));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void EveryoneDerivesTheSameCommitteeOfOne(int validators)
    {
        GenesisSpec spec = GenesisTemplates.Devnet(validators);
        GenesisBlock genesis = GenesisBuilder.Build(spec);
        Hash256 key = Ed25519Key(DevnetKeys.CommitteeSeed());
        Assert.Equal("0x3618fda5ec9b42de037407f2bc14feef57d4edef2bc463cc23af5bd0ffc348ee", key.ToString()); // Keccak and Ed25519 of another library
        LogCommittee committee = Assert.IsType<LogCommittee>(GenesisCommittee.Of(spec, genesis.Block.Hash));
        Assert.Equal(LogCommittee.OfOne(spec.ChainId, DevnetKeys.Operator(0), key, spec.GenesisTimeMs, genesis.Block.Hash).Hash, committee.Hash);
        GenesisSpec read = GenesisChecker.Check(SpecWriter.Canonical(spec)).Spec!;
        Assert.Equal(committee.Hash, GenesisCommittee.Of(read, GenesisBuilder.Build(read).Block.Hash)?.Hash);
        Assert.Empty(DsdnModules.Kernel().CheckInvariants(StateOf(genesis)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void BalancesOfAllAccountsAreTheSupply(int validators)
    {
        GenesisBlock genesis = GenesisBuilder.Build(GenesisTemplates.Devnet(validators));
        Amount sum = Amount.Zero;
        foreach ((_, Account account) in genesis.State.Accounts) sum += account.Balance;
        Assert.Equal(Amount.Nusa(300_000_000), sum);
    }

    [Theory]
    [InlineData(1, 1UL)] // the devnet file
    [InlineData(4, 7UL)]
    [InlineData(7, 10UL)]
    public void ADevelopmentNetworkOfSeveralHasSeatsForJoiners(int validators, ulong seats)
    {
        GenesisSpec spec = GenesisTemplates.Devnet(validators);
        Assert.Equal(seats, spec.Staking.ValidatorsMax);
        Assert.Empty(GenesisChecker.Check(Encoding.UTF8.GetBytes(SpecWriter.File(spec))).Errors);
        Assert.Equal(Enumerable.Range(0, validators).Select(n => Ed25519Key(DevnetKeys.ConsensusSeed(n))), spec.Validators.Select(validator => validator.ConsensusKey));
    }

    [Fact]
    public void APrivateNetworkOfSeveralHasAHundredSeats()
    {
        SpecValidator[] validators = [.. Enumerable.Range(1, 5).Select(n => ValidatorKeys.Entry(5, Address.FromNumber((ushort)n), [.. Enumerable.Repeat((byte)n, 32)], Amount.Nusa(50_000 * (ulong)n)))];
        GenesisSpec spec = GenesisTemplates.Private("own", 5, 1_000, validators, []);
        Assert.Equal(100UL, spec.Staking.ValidatorsMax);
        Assert.Empty(GenesisChecker.Check(Encoding.UTF8.GetBytes(SpecWriter.File(spec))).Errors);
        ValidatorSet set = DsdnModules.Kernel().Validators(StateOf(GenesisBuilder.Build(spec)));
        Assert.Equal([250_000UL, 200_000UL, 150_000UL, 100_000UL, 50_000UL], set.Validators.Select(validator => validator.Power));
    }

    [Fact]
    public void UsersHaveTheirBalancesAndTheValidatorVotes()
    {
        GenesisBlock genesis = GenesisBuilder.Build(GenesisTemplates.Devnet(validators: 2));
        IStateView state = StateOf(genesis);
        Assert.True(state.TryGetAccount(Address.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"), out Account user));
        Assert.Equal(new Account(0, Amount.Nusa(1_000_000)), user);
        ValidatorSet set = DsdnModules.Kernel().Validators(state);
        Assert.Equal(BlockHashes.Validators(set), BlockHashes.Validators(GenesisValidators.Of(genesis)));
        Assert.Equal(2, set.Validators.Count);
        Assert.All(set.Validators, validator => Assert.Equal(2_000_000UL, validator.Power));
        Assert.Contains(set.Validators, validator => validator.Operator == DevnetKeys.Operator(1));
        Assert.Empty(DsdnModules.Kernel().CheckInvariants(state));
    }

    [Fact]
    public void DevnetKeysAreThoseOfTheWellKnownMnemonic()
    {
        Assert.Equal("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", DevnetKeys.Account(0).ToString());
        Assert.Equal("0xa0ee7a142d267c1f36714e4a8f75612f20a79720", DevnetKeys.Account(9).ToString());
        Assert.Equal("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", Hex.Encode(DevnetKeys.PrivateKey(0)));
        Assert.Equal(DevnetKeys.Account(10), DevnetKeys.Operator(0));
    }

    private static IStateView StateOf(GenesisBlock genesis)
    {
        var state = new StateOverlay(StateStore.Open(new MemoryStore(), new StateOptions()).Head);
        foreach ((Address address, Account account) in genesis.State.Accounts) state.SetAccount(address, account);
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in genesis.State.Records) state.SetRecord(key, value);
        return state;
    }

    private static Hash256 Ed25519Key(byte[] seed)
    {
        byte[] key = new byte[32];
        Dsdn.Chain.Crypto.Ed25519.PublicKey(seed, key);
        return new Hash256(key);
    }
}
