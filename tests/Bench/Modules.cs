using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Modules;
using Dsdn.Modules.Agreements;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Staking;

namespace Dsdn.Bench;

/// <summary>
/// Nanoseconds a gas of every module method, on a state in memory (so without the disk): the schedule's promise is at most
/// <see cref="NanosecondsPerGasMax"/>. One call a figure, each on a fresh overlay, median of many.
/// </summary>
public static class ModulesBench
{
    public const double NanosecondsPerGasMax = 4;

    private const ulong ChainId = 17847;
    private const ulong GenesisMs = 1_800_000_000_000;
    private const int Rounds = 400;

    private static readonly Address Alice = User(1_000);
    private static readonly BlockContext Block = new(ChainId, 5, GenesisMs + (40UL * 24 * 60 * 60 * 1000), User(0), User(0), Amount.Gwei(1), 420_000_000, default);

    /// <summary>Prints one line a method; true when none is above the promise.</summary>
    public static bool Run(TextWriter output)
    {
        ModuleKernel kernel = DsdnModules.Kernel();
        StateOverlay state = Genesis(kernel);
        bool allWithin = true;
        foreach ((string name, byte module, string method, Amount value, Address from, AbiValue[] arguments) in Calls(state))
        {
            (double nanoseconds, ulong gas) = Measure(kernel, state, module, method, value, from, arguments);
            double perGas = nanoseconds / gas;
            allWithin &= perGas <= NanosecondsPerGasMax;
            string note = $"{gas} gas, {nanoseconds / 1000:F1} us" + (perGas > NanosecondsPerGasMax ? $"; ABOVE {NanosecondsPerGasMax}" : "");
            new Figure($"modules.{name}", perGas, "ns/gas", Note: note).Print(output);
        }
        return allWithin;
    }

    private static IEnumerable<(string Name, byte Module, string Method, Amount Value, Address From, AbiValue[] Arguments)> Calls(StateOverlay state)
    {
        (Hash256 key, byte[] proof) = Proven("new", Alice, ProofOfPossession.ConsensusMessage);
        (Hash256 rotated, byte[] rotation) = Proven("rotated", User(0), ProofOfPossession.ConsensusMessage);
        (Hash256 node, byte[] nodeProof) = Proven("node", Alice, ProofOfPossession.NodeMessage);
        Hash256 known = Proven("known", User(1), ProofOfPossession.NodeMessage).Key;
        yield return ("Staking.createValidator", 0, "createValidator", Amount.Nusa(50_000), Alice, [key, proof, 2_000UL, Address.Zero]);
        yield return ("Staking.editValidator", 0, "editValidator", default, User(0), [2_100UL, Alice]);
        yield return ("Staking.rotateKey", 0, "rotateKey", default, User(0), [rotated, rotation]);
        yield return ("Staking.bond", 0, "bond", Amount.Nusa(10), User(0), []);
        yield return ("Staking.delegate", 0, "delegate", Amount.Nusa(10), Alice, [User(0)]);
        yield return ("Staking.unbond", 0, "unbond", default, User(0), [User(0), Amount.Nusa(10)]);
        yield return ("Staking.redelegate", 0, "redelegate", default, User(0), [User(0), User(1), Amount.Nusa(10)]);
        yield return ("Staking.withdraw", 0, "withdraw", default, User(2), []);
        yield return ("Staking.claimRewards", 0, "claimRewards", default, User(0), [User(0)]);
        yield return ("Staking.claimCommission", 0, "claimCommission", default, User(0), []);
        yield return ("Staking.validator", 0, "validator", default, Alice, [User(0)]);
        yield return ("Staking.validators", 0, "validators", default, Alice, [Address.Zero, 100UL]);
        yield return ("Staking.validatorSet", 0, "validatorSet", default, Alice, []);
        yield return ("Staking.delegation", 0, "delegation", default, Alice, [User(0), User(0)]);
        yield return ("Staking.delegations", 0, "delegations", default, Alice, [User(0), Address.Zero, 100UL]);
        yield return ("Staking.unbondings", 0, "unbondings", default, Alice, [User(2), 100UL]);
        yield return ("Staking.totals", 0, "totals", default, Alice, []);
        yield return ("Staking.params", 0, "params", default, Alice, []);
        yield return ("Nodes.register", 1, "register", Amount.Nusa(500), Alice, [node, nodeProof, 0UL, 1UL, node]);
        yield return ("Nodes.topUp", 1, "topUp", Amount.Nusa(1), User(1), [known]);
        yield return ("Nodes.update", 1, "update", default, User(1), [known, 2UL, known]);
        yield return ("Nodes.leave", 1, "leave", default, User(1), [known]);
        yield return ("Nodes.getNode", 1, "getNode", default, Alice, [known]);
        yield return ("Nodes.nodes", 1, "nodes", default, Alice, [Hash256.Zero, 100UL]);
        yield return ("Committee.anchor", 2, "anchor", default, Alice, Anchor(state));
        yield return ("Committee.committee", 2, "committee", default, Alice, []);
        yield return ("Committee.feed", 2, "feed", default, Alice, []);
        foreach (var call in OfAgreements()) yield return call;
        yield return ("Economics.claimVested", 8, "claimVested", default, User(3), []);
        yield return ("Economics.rewardPool", 8, "rewardPool", default, Alice, []);
    }

    /// <summary>On an agreement of user 4, one of a hundred.</summary>
    private static IEnumerable<(string Name, byte Module, string Method, Amount Value, Address From, AbiValue[] Arguments)> OfAgreements()
    {
        Hash256 agreement = AgreementId.Of(ChainId, User(4), 1);
        AbiValue[] ids = [.. Enumerable.Range(1, 64).Select(static i => (AbiValue)(Uint256)(ulong)i)];
        yield return ("Agreements.open", 10, "open", Amount.Nusa(2), Alice, [1_000_000_000UL, 2_592_000UL, 0UL]);
        yield return ("Agreements.topUp", 10, "topUp", Amount.Nusa(2), User(4), [agreement]);
        yield return ("Agreements.close", 10, "close", default, User(4), [agreement]);
        yield return ("Agreements.registerSession", 10, "registerSession", default, Alice, [User(5), 3UL, Block.TimeMs + 1]);
        yield return ("Agreements.revokeSession", 10, "revokeSession", default, User(4), [User(5)]);
        yield return ("Agreements.requestDelete", 10, "requestDelete", default, User(4), [agreement, 2UL, AbiValue.OfList(ids)]);
        yield return ("Agreements.agreement", 10, "agreement", default, Alice, [agreement]);
        yield return ("Agreements.agreementsOf", 10, "agreementsOf", default, Alice, [User(4), 0UL, 100UL]);
        yield return ("Agreements.quote", 10, "quote", default, Alice, [1_000_000_000UL, 2_592_000UL, 1UL]);
        yield return ("Agreements.sessionsOf", 10, "sessionsOf", default, Alice, [User(4), Address.Zero, 100UL]);
    }

    private static (double Nanoseconds, ulong Gas) Measure(ModuleKernel kernel, StateOverlay state, byte module, string method, Amount value, Address from, AbiValue[] arguments)
    {
        Address to = ModuleTable.AddressOf(module);
        byte[] data = Function(module, method).EncodeCall(arguments);
        double[] times = new double[Rounds];
        ulong gas = 0;
        for (int i = 0; i < Rounds; i++)
        {
            StateOverlay overlay = new(state);
            Credit(overlay, to, value);
            CallInput input = new(from, to, value, data, 50_000_000);
            long start = Stopwatch.GetTimestamp();
            CallOutput result = kernel.Call(overlay, Block, input);
            times[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            if (result.Status != CallStatus.Success) throw new InvalidOperationException($"{method}: {RevertReason.Read(kernel.Table, to, result.ReturnData.Span)}");
            gas = result.GasUsed;
        }
        Array.Sort(times);
        return (times[Rounds / 2], gas);
    }

    /// <summary>150 validators, rewards of an epoch, something unbonding, a node.</summary>
    private static StateOverlay Genesis(ModuleKernel kernel)
    {
        StateOverlay state = new(new EmptyView());
        new ModuleGenesis
        {
            Staking = new StakingGenesis { Params = new StakingParams { EpochBlocks = 2 }, Validators = [.. Enumerable.Range(0, 150).Select(Validator)] },
            Committee = Committee(),
            Agreements = new AgreementsGenesis(),
            Economics = new EconomicsGenesis
            {
                Treasury = Amount.Nusa(1), RewardPool = Amount.Nusa(150_000_000), RewardPoolStartMs = GenesisMs,
                Grants = [new GenesisGrant(User(3), Amount.Nusa(1_000), GenesisMs, EconomicsGenesis.YearMs)],
            },
        }.Apply(state, ChainId, GenesisMs);
        BlockContext first = Block with { Height = 2, TimeMs = GenesisMs + 1_000 };
        Credit(state, kernel.FeePool, Amount.Nusa(150));
        kernel.EndBlock(state, first);
        Must(0, "unbond", default, User(2), [User(2), Amount.Nusa(5)]);
        (Hash256 id, byte[] proof) = Proven("known", User(1), ProofOfPossession.NodeMessage);
        Must(1, "register", Amount.Nusa(500), User(1), [id, proof, 0UL, 1UL, id]);
        for (int i = 0; i < 100; i++) Must(10, "open", Amount.Nusa(10), User(4), [1_000_000_000UL, 60UL * 24 * 60 * 60, 0UL]);
        for (int i = 0; i < 100; i++) Must(10, "registerSession", default, User(4), [User(5 + i), 3UL, Block.TimeMs]);
        return state;

        void Must(byte module, string method, Amount value, Address from, AbiValue[] arguments)
        {
            Address to = ModuleTable.AddressOf(module);
            Credit(state, to, value);
            CallOutput result = kernel.Call(state, first, new CallInput(from, to, value, Function(module, method).EncodeCall(arguments), 50_000_000));
            if (result.Status != CallStatus.Success) throw new InvalidOperationException(method);
        }
    }

    private static void Credit(StateOverlay state, Address to, Amount value)
    {
        state.TryGetAccount(to, out Account account);
        state.SetAccount(to, account with { Balance = account.Balance + value });
    }

    /// <summary>Under the signatures of the whole set, the largest there can be.</summary>
    private static AbiValue[] Anchor(StateOverlay state)
    {
        AnchorBasis basis = CommitteeReader.Basis(state);
        LogAnchor anchor = basis.Anchor(ChainId, 1, basis.ValidatorSetHash, basis.ValidatorSetHash, 1, basis.ValidatorSetHash);
        SortedDictionary<Address, byte[]> seeds = [];
        for (int i = 0; i < 150; i++) seeds[User(i)] = SHA256.HashData(Encoding.ASCII.GetBytes($"validator {i}"));
        byte[] signatures = new byte[64 * basis.Validators.Validators.Count];
        for (int i = 0; i < basis.Validators.Validators.Count; i++) Ed25519.Sign(anchor.Message, seeds[basis.Validators.Validators[i].Operator], signatures.AsSpan(64 * i));
        byte[] bitmap = Bitmap.Of(basis.Validators.Validators.Count, Enumerable.Range(0, basis.Validators.Validators.Count));
        return [anchor.Seq, anchor.CoreHash, anchor.StateRoot, anchor.DaHeight, anchor.DaDataRoot, bitmap, signatures];
    }

    private static GenesisValidator Validator(int number)
    {
        (Hash256 key, byte[] proof) = Proven($"validator {number}", User(number), ProofOfPossession.ConsensusMessage);
        return new GenesisValidator(User(number), key, proof, default, 2_000, Amount.Nusa(60_000 + (ulong)number));
    }

    private static CommitteeGenesis Committee()
    {
        (Hash256 key, byte[] proof) = Proven("committee", User(0), ProofOfPossession.CommitteeMessage);
        return new CommitteeGenesis(User(0), key, proof);
    }

    private delegate byte[] Preimage(ulong chainId, in Address keyOperator, in Hash256 key);

    private static (Hash256 Key, byte[] Proof) Proven(string name, Address owner, Preimage preimage)
    {
        byte[] seed = SHA256.HashData(Encoding.ASCII.GetBytes(name)), key = new byte[32], signature = new byte[64];
        Ed25519.PublicKey(seed, key);
        Ed25519.Sign(preimage(ChainId, owner, new Hash256(key)), seed, signature);
        return (new Hash256(key), signature);
    }

    private static Address User(int number) => new(Keccak.Hash(Encoding.ASCII.GetBytes($"bench user {number}")).Span[12..]);

    private static AbiFunction Function(byte module, string method) =>
        DsdnModules.Table.Modules.First(one => one.Number == module).Methods.First(one => one.Abi.Name == method).Abi;

    private sealed class EmptyView : IStateView
    {
        public bool TryGetAccount(in Address address, out Account account)
        {
            account = default;
            return false;
        }

        public bool TryGetRecord(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value)
        {
            value = default;
            return false;
        }

        public IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit) => [];
    }
}
