using Dsdn.Chain.Execution;
using Dsdn.Genesis;
using Dsdn.Log.State;
using Dsdn.Node.Archive;
using Dsdn.Node.Configuration;

namespace Dsdn.Node;

/// <summary>A network a node can run: one that the program carries, or a genesis file.</summary>
/// <param name="PublicValidatorSeed">The well-known consensus seed of validator 0 where it is this chain's validator (development); null elsewhere.</param>
public sealed record NetworkGenesis(string Name, GenesisBlock Genesis, byte[]? PublicValidatorSeed)
{
    /// <summary>Roots of the log are taken, and the chain is told, after so many batches: about once a minute where nothing happens, ten seconds on a development network (rulings 38).</summary>
    private const uint RootSeqs = 32, DevelopmentRootSeqs = 5, DevelopmentRootsPerCheckpoint = 4;

    /// <summary>A development network shows its checkpoints within minutes.</summary>
    public static uint RootsPerCheckpoint(LogGenesis genesis) => genesis.ChainId == GenesisTemplates.DevnetChainId ? DevelopmentRootsPerCheckpoint : LogStore.RootsPerCheckpointDefault;

    /// <summary>What followers of the log start from; null where the network has none.</summary>
    public LogGenesis? Log { get; init; }

    /// <summary>The well-known seed of the committee's key where it is this network's (development); null elsewhere.</summary>
    public byte[]? PublicCommitteeSeed { get; init; }

    /// <param name="network">A name of <see cref="NetworkSpecs.Names"/> or the path of a file.</param>
    /// <exception cref="ConfigurationException">no such network</exception>
    /// <exception cref="GenesisRefusedException">the checker refuses it</exception>
    public static NetworkGenesis Load(string network)
    {
        GenesisCheck check = GenesisChecker.Check(ReadSpec(network));
        if (check.Spec is not { } spec) throw new GenesisRefusedException(check.Errors[0].ToString(), check.Errors.Count);
        byte[] seed = DevnetKeys.ConsensusSeed(0);
        GenesisBlock genesis = GenesisBuilder.Build(spec);
        return new NetworkGenesis(spec.Network, genesis, IsOfPublicKey(spec, seed) ? seed : null)
        {
            Log = GenesisCommittee.Of(spec, genesis.Block.Hash) is { } committee
                ? new LogGenesis(spec.ChainId, genesis.Block.Hash, GenesisValidators.Of(genesis), committee)
                {
                    CheckpointEverySeqs = spec.ChainId == GenesisTemplates.DevnetChainId ? DevelopmentRootSeqs : RootSeqs,
                    Storage = spec.ChainId == GenesisTemplates.DevnetChainId ? StorageRules.Development : StorageRules.Standard,
                    Audits = spec.ChainId == GenesisTemplates.DevnetChainId ? AuditTimes.Development : AuditTimes.Standard,
                    HasAgreements = true, // its genesis has the module wherever it names a committee
                }
                : null,
            PublicCommitteeSeed = IsOfPublicCommittee(spec) ? DevnetKeys.CommitteeSeed() : null,
        };
    }

    /// <summary>A public key that everybody knows; refused where money could lie under it.</summary>
    /// <exception cref="ConfigurationException">not a development chain</exception>
    public byte[] DevelopmentSeed(int validator) =>
        Genesis.ChainId == GenesisTemplates.DevnetChainId ? DevnetKeys.ConsensusSeed(validator) : throw new ConfigurationException($"--dev-validator: chain {Genesis.ChainId} is no development chain");

    private static bool IsOfPublicKey(GenesisSpec spec, byte[] seed) =>
        spec.Validators.Any(validator => validator.ConsensusKey == ValidatorKeys.Entry(spec.ChainId, validator.Operator, seed, validator.Stake).ConsensusKey);

    private static bool IsOfPublicCommittee(GenesisSpec spec) =>
        spec.Committee is { } committee && committee.Key == ValidatorKeys.Committee(spec.ChainId, committee.Validator, DevnetKeys.CommitteeSeed()).Key;

    /// <summary>The bytes of a spec, not checked.</summary>
    /// <exception cref="ConfigurationException">no such network or file</exception>
    public static byte[] ReadSpec(string network) => NetworkSpecs.Read(network) ?? ReadFile(network);

    private static byte[] ReadFile(string path)
    {
        try
        {
            if (!File.Exists(path)) throw new ConfigurationException($"'{path}' is neither a network ({string.Join(", ", NetworkSpecs.Names)}) nor a file");
            if (new FileInfo(path).Length > GenesisChecker.SpecBytesMax) throw new ConfigurationException($"{path}: larger than {GenesisChecker.SpecBytesMax} bytes");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: {e.Message}");
        }
    }
}

/// <summary>A genesis with errors; the first is named.</summary>
public sealed class GenesisRefusedException(string first, int count) : Exception($"{count} errors, the first: {first}")
{
    public string First { get; } = first;

    public int Count { get; } = count;
}
