using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Blocks;

/// <summary>Made-up but well-formed blocks.</summary>
public static class Samples
{
    public static Hash256 Hash(byte seed) => Keccak.Hash([seed]);

    public static Header Header() => new()
    {
        ParentHash = Hash(1), Coinbase = Address.FromNumber(77), StateRoot = Hash(2), TransactionsRoot = Hash(3), ReceiptsRoot = Hash(4),
        LogsBloom = Bloom.Of([new LogEntry(Address.FromNumber(0x800), [Hash(5)], default)]), Number = 42, GasLimit = 420_000_000, GasUsed = 21_000,
        Timestamp = 1_700_000_000, ExtraData = Hash(6), MixHash = Hash(7), BaseFeePerGas = Amount.Gwei(1),
    };

    public static ConsensusHeader Consensus() => new()
    {
        Version = 1, ChainId = 17847, Height = 42, TimeMs = 1_700_000_000_123, Proposer = Address.FromNumber(9), LastCommitHash = Hash(10),
        ValidatorsHash = Hash(11), NextValidatorsHash = Hash(12), ParamsHash = Hash(13), EvidenceHash = Hash(14), VrfProofHash = Hash(15),
        Beacon = Hash(16), ModuleRootsHash = Hash(17), LogAnchorRoot = Hash256.Zero,
    };

    public static Certificate Certificate() => new(
        41, 2, Hash(20), new byte[] { 0b0000_0101, 0b1 }, [.. Enumerable.Range(1, 3).Select(i => (ReadOnlyMemory<byte>)Enumerable.Repeat((byte)i, 64).ToArray())]);

    public static Block Block(int transactions)
    {
        List<Transaction> list = [.. Enumerable.Range(0, transactions).Select(i => Signed.Transfer(i, 0))];
        list.Add(SystemTransaction.Create(17847, 42, SystemPhase.End));
        return new Block(HeaderCodec.Hash(Header()), Header(), Consensus(), list, Certificate(), new byte[] { 1, 2, 3 }, new byte[80]);
    }

    public static ChainParams Params() => new()
    {
        BlockGasMax = 30_000_000, BlockGasTarget = 15_000_000, BlockIntervalMs = 1000, EpochBlocks = 60, UnbondingMs = 60_000, LivenessWindowBlocks = 60,
    };
}
