using System.Text;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Modules;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Staking;

namespace Dsdn.Node;

/// <summary>A network a node can run.</summary>
/// <param name="PublicValidatorSeed">The well-known consensus seed of a network for development; null elsewhere.</param>
public sealed record NetworkGenesis(string Name, GenesisBlock Genesis, byte[]? PublicValidatorSeed)
{
    private static readonly string[] DevelopmentAccounts =
    [
        "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
        "0x90f79bf6eb2c4f870365e785982e1f101e93b906", "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65", "0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc",
        "0x976ea74026e726554db657fa54763abd0c3a0aa9", "0x14dc79964da2c08b23698b3d3cc7ca32193d9955", "0x23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f",
        "0xa0ee7a142d267c1f36714e4a8f75612f20a79720",
    ];

    public static NetworkGenesis Load(string name)
    {
        byte[] seed = SHA("dsdn devnet validator 0");
        byte[] pk = new byte[32];
        Ed25519.PublicKey(seed, pk);
        var key = new Hash256(pk);
        Address op = Address.Parse("0x90f79bf6eb2c4f870365e785982e1f101e93b906");
        byte[] proof = new byte[64];
        Ed25519.Sign(ProofOfPossession.ConsensusMessage(17847, op, key), seed, proof);
        var modules = new ModuleGenesis
        {
            Staking = new StakingGenesis { Params = new StakingParams { EpochBlocks = 60, UnbondingMs = 60_000, LivenessWindowBlocks = 60 }, Validators = [new GenesisValidator(op, key, proof, op, 2000, Amount.Nusa(50_000))] },
            Economics = new EconomicsGenesis { Treasury = Amount.Nusa(1_000_000), RewardPool = Amount.Nusa(150_000_000) },
        };
        using var scratch = new MemoryStore();
        StateStore tree = StateStore.Open(scratch, new StateOptions());
        var overlay = new StateOverlay(tree.Head);
        modules.Apply(overlay, 17847, 1_700_000_000_000);
        foreach (string account in DevelopmentAccounts)
            overlay.SetAccount(Address.Parse(account), new Account(0, Amount.Nusa(1_000_000)));
        StateChanges changes = overlay.Changes();
        var p = new ChainParams { BlockGasMax = 1_200_000_000, BlockGasTarget = 600_000_000, BlockBytesMax = 8 << 20, BlockIntervalMs = 1000, EpochBlocks = 60, UnbondingMs = 60_000, LivenessWindowBlocks = 60 };
        return new NetworkGenesis(name, GenesisBlock.Make(17847, p, 1_700_000_000, Amount.Gwei(1), Keccak.Hash("x"u8), changes), seed);
    }
    private static byte[] SHA(string t) => System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(t));
}
