using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis;

namespace Dsdn.Simulator;

/// <summary>Block 0 of a simulated network with N validators of equal stake, made once a process.</summary>
internal sealed class SimulatedGenesis
{
    private const uint EpochBlocks = 5;

    private static readonly ConcurrentDictionary<int, SimulatedGenesis> Made = new();

    private SimulatedGenesis(int validators)
    {
        SpecValidator[] entries = [.. Enumerable.Range(0, validators).Select(i =>
            ValidatorKeys.Entry(GenesisTemplates.DevnetChainId, OperatorOf(i), ConsensusSeedOf(i), Amount.Nusa(50_000 + (1_000_000 / (ulong)validators))))];
        SpecAccount[] users = [.. Enumerable.Range(0, DevnetKeys.Users).Select(i => new SpecAccount(DevnetKeys.Account(i), Amount.Nusa(100_000), Share.EarlyNodes))];
        GenesisSpec spec = GenesisTemplates.Private("simulated", GenesisTemplates.DevnetChainId, GenesisTemplates.DevnetTimeMs, entries, users);
        Block = GenesisBuilder.Build(spec with
        {
            Params = spec.Params with { EpochBlocks = EpochBlocks },
            Staking = spec.Staking with { EpochBlocks = EpochBlocks, ValidatorsMax = (ulong)validators },
        });
    }

    public GenesisBlock Block { get; }

    public static SimulatedGenesis Of(int validators) => Made.GetOrAdd(validators, static count => new SimulatedGenesis(count));

    public static Address OperatorOf(int validator) => Address.FromNumber((ushort)(0x5000 + validator));

    public static byte[] ConsensusSeedOf(int machine) => Keccak.Hash(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"simulated consensus key {machine}"))).ToArray();
}
