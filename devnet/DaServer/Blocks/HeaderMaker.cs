using System.Security.Cryptography;
using Dsdn.Celestia;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Accounts;
using Dsdn.DaServer.Storage;

namespace Dsdn.DaServer.Blocks;

/// <summary>
/// Headers and commits of a chain with one validator, by CometBFT's specification, so that a light client follows them from height 1. The parts of a
/// block are 64 KiB of this server's own record of its transactions, not of CometBFT's block, which no light client sees.
/// </summary>
internal sealed class HeaderMaker
{
    private const ulong BlockVersion = 11, VotingPower = 10;
    private const int PartBytes = 64 * 1024;

    /// <summary>A parameter of consensus that headers commit to: the same for every preset, or a folder could not change its preset.</summary>
    private const long BlockBytesMax = 32 * 1024 * 1024;

    private readonly string _chainId;
    private readonly byte[] _seed;
    private readonly byte[] _address;
    private readonly CelestiaValidators _validators;
    private readonly Hash256 _validatorsHash, _consensusHash;

    public HeaderMaker(string chainId, byte[] validatorSeed)
    {
        (_chainId, _seed) = (chainId, validatorSeed);
        byte[] key = new byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(validatorSeed, key);
        CelestiaValidator validator = new(key, VotingPower);
        _address = validator.Address();
        DaVerdict verdict = CelestiaValidators.TryCreate([validator], out CelestiaValidators? validators);
        _validators = validators ?? throw new DaServerException($"the validator's key is none: {verdict.Detail}", isIntegrity: true);
        _validatorsHash = _validators.Hash();
        // HashedParams {block_max_bytes = 1, block_max_gas = 2}; no limit of gas.
        _consensusHash = new Hash256(SHA256.HashData(new ProtobufWriter().Int64(1, BlockBytesMax).Int64(2, -1).ToArray()));
    }

    /// <summary>The next block: its header, hashed and signed.</summary>
    /// <param name="last">The block below; null for the first.</param>
    /// <param name="accounts">After the block.</param>
    public BlockRecord Make(BlockRecord? last, ulong timeMs, ulong appVersion, BlockSquare square, IReadOnlyList<RecordedTransaction> transactions, IReadOnlyList<AccountState> before, IReadOnlyList<AccountState> accounts)
    {
        (uint total, Hash256 partsHash) = Parts(transactions);
        BlockRecord draft = new(
            (last?.Height ?? 0) + 1,
            timeMs,
            appVersion,
            Hash256.Zero,
            last?.Hash ?? Hash256.Zero,
            last?.PartsTotal ?? 0,
            last?.PartsHash ?? Hash256.Zero,
            last is null ? Sha256Tree.OfNothing : CommitHash(CommitOf(last)),
            square.DataHash,
            AccountState.RootOf(before),
            last is null ? Sha256Tree.OfNothing : ResultsHash(last),
            total,
            partsHash,
            new byte[Ed25519.SignatureSize],
            transactions,
            accounts);
        BlockRecord hashed = draft with { Hash = HeaderOf(draft).Hash() };
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(CommitOf(hashed).SignBytes(_chainId, CometTime.FromUnixMs(hashed.TimeMs)), _seed, signature);
        return hashed with { Signature = signature };
    }

    /// <exception cref="DaServerException">the record has another hash, or another key signed it</exception>
    public ExtendedHeader Extended(BlockRecord record, DataAvailabilityHeader dah)
    {
        ExtendedHeader header = new(HeaderOf(record), CommitOf(record), _validators, dah);
        return header.Hash == record.Hash ? header : throw new DaServerException($"the header of block {record.Height} is of another chain, another validator or another version", isIntegrity: true);
    }

    private CelestiaHeader HeaderOf(BlockRecord record) => new(
        BlockVersion,
        record.AppVersion,
        _chainId,
        record.Height,
        CometTime.FromUnixMs(record.TimeMs),
        record.Height == 1 ? default : new BlockId(record.LastHash, record.LastPartsTotal, record.LastPartsHash),
        record.LastCommitHash,
        record.DataHash,
        _validatorsHash,
        _validatorsHash,
        _consensusHash,
        record.AppHash.ToArray(),
        record.LastResultsHash,
        Sha256Tree.OfNothing,
        _address);

    private CelestiaCommit CommitOf(BlockRecord record) => new(
        record.Height,
        0,
        new BlockId(record.Hash, record.PartsTotal, record.PartsHash),
        [new CommitSignature(CommitFlag.Commit, _address, CometTime.FromUnixMs(record.TimeMs), record.Signature)]);

    /// <summary>The root over CommitSig {block_id_flag = 1, validator_address = 2, timestamp = 3, signature = 4}.</summary>
    private static Hash256 CommitHash(CelestiaCommit commit) => Sha256Tree.Root([.. commit.Signatures.Select(static vote => Sha256Tree.Leaf(new ProtobufWriter()
        .Varint(1, (ulong)vote.Flag).Bytes(2, vote.Address.Span).Message(3, vote.Time.Encode()).Bytes(4, vote.Signature.Span).ToArray()))]);

    /// <summary>The root over what is deterministic of ExecTxResult: {code = 1, data = 2, gas_wanted = 5, gas_used = 6}.</summary>
    private static Hash256 ResultsHash(BlockRecord record) => Sha256Tree.Root([.. record.Transactions.Select(static transaction => Sha256Tree.Leaf(new ProtobufWriter()
        .Varint(5, transaction.Gas).Varint(6, transaction.Gas).ToArray()))]);

    private static (uint Total, Hash256 Root) Parts(IReadOnlyList<RecordedTransaction> transactions)
    {
        List<Hash256> leaves = [];
        foreach (RecordedTransaction transaction in transactions)
        {
            for (int at = 0; at < transaction.Bytes.Length; at += PartBytes)
                leaves.Add(Sha256Tree.Leaf(transaction.Bytes.AsSpan(at, Math.Min(PartBytes, transaction.Bytes.Length - at))));
        }
        if (leaves.Count == 0) leaves.Add(Sha256Tree.Leaf(default));
        return ((uint)leaves.Count, Sha256Tree.Root([.. leaves]));
    }
}
