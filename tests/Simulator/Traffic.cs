using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Genesis;
using Dsdn.Modules;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator;

/// <summary>Random transactions of the devnet's users at random nodes: transfers, module calls with sense, module calls without, and wrong ones.</summary>
internal sealed class Traffic(World world, SeededRandom random)
{
    private static readonly byte[][] Keys = [.. Enumerable.Range(0, DevnetKeys.Users).Select(DevnetKeys.PrivateKey)];
    private static readonly Address[] Users = [.. Enumerable.Range(0, DevnetKeys.Users).Select(DevnetKeys.Account)];
    private static readonly ModuleDeclaration[] Modules = [.. DsdnModules.Table.Modules];

    public int Submitted { get; private set; }

    /// <summary>A few transactions now and then, until so many were sent.</summary>
    public void Begin(int countMax, int everyMs) => world.Time.After((ulong)random.Below(everyMs * 1_000), () =>
    {
        Submit(random.Between(1, 4));
        if (Submitted < countMax) Begin(countMax, everyMs);
    });

    private void Submit(int count)
    {
        Replica[] nodes = [.. world.Machines.Select(static machine => machine.Process).OfType<Replica>()];
        if (nodes.Length == 0) return;
        Replica node = random.Pick(nodes);
        for (int i = 0; i < count; i++) node.Submit([Next(node).Raw], null);
        Submitted += count;
    }

    private Transaction Next(Replica node)
    {
        int user = random.Below(Users.Length);
        ulong nonce = node.NextNonce(Users[user]);
        if (random.OneIn(10)) nonce += (ulong)random.Below(3);
        (Address to, byte[] data, Amount value) = random.Below(6) switch
        {
            0 => ModuleCall(),
            1 => Stake(),
            _ => (random.Pick(Users), random.OneIn(5) ? random.Bytes(random.Below(100)) : [], Value()),
        };
        var draft = new TransactionDraft
        {
            Type = (TransactionType)random.Below(3),
            ChainId = world.Genesis.ChainId,
            Nonce = nonce,
            MaxFeePerGas = Amount.Gwei((ulong)(2 + random.Below(50))).BaseUnits,
            MaxPriorityFeePerGas = Amount.Gwei((ulong)random.Below(3)).BaseUnits,
            GasLimit = data.Length == 0 ? 21_000UL + (ulong)random.Below(3) : (ulong)(30_000 + random.Below(600_000)),
            To = to,
            Value = value.BaseUnits,
            Data = data,
        };
        return draft.Sign(Keys[user]) ?? throw new InvalidOperationException("a devnet key signs");
    }

    private Amount Value() => random.OneIn(20) ? Amount.Nusa((ulong)random.Below(2_000_000)) : new Amount(random.Next());

    private (Address, byte[], Amount) Stake()
    {
        ModuleDeclaration staking = Modules[0];
        string[] names = ["delegate", "delegate", "unbond", "withdraw", "claimRewards", "redelegate"];
        string name = random.Pick(names);
        Method method = staking.Methods.First(candidate => candidate.Abi.Name == name);
        string[] arguments = [.. method.Abi.Inputs.Select(input => input.Type.Kind == AbiKind.Address ? Validator() : Amount.Nusa((ulong)random.Below(50)).ToString())];
        Amount value = method.Abi.Mutability == AbiMutability.Payable ? Amount.Nusa((ulong)random.Below(100)) : Amount.Zero;
        return (ModuleTable.AddressOf(staking.Number), method.Abi.EncodeCall(AbiLiteral.ParseArguments(method.Abi.Inputs, arguments)), value);
    }

    private string Validator() => random.Pick(world.Machines.Where(static machine => machine.IsValidator).ToArray()).Operator.ToString();

    /// <summary>Any method's selector before random bytes, or nothing but random bytes.</summary>
    private (Address, byte[], Amount) ModuleCall()
    {
        ModuleDeclaration module = random.Pick(Modules);
        byte[] noise = random.Bytes(random.Below(8) * 32);
        byte[] data = random.OneIn(4) ? noise : [.. random.Pick(module.Methods).Abi.Selector.ToArray(), .. noise];
        return (ModuleTable.AddressOf(module.Number), data, random.OneIn(3) ? Value() : Amount.Zero);
    }
}
