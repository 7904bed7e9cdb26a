using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <summary>
/// version u8 = 3 | chain id u64 | log id 32 | checkpoints every u32 | storage rules | audit times | has agreements u8 | u32 length, validators RLP | u32 length, committee as it is hashed: what lies beside an
/// archive, so that anyone can replay it.
/// </summary>
public static class LogGenesisCodec
{
    public const int BytesMax = 1 << 20;

    private const byte Version = 3;

    public static byte[] Encode(LogGenesis genesis)
    {
        LogWriter writer = new(1_024);
        writer.U8(Version).U64(genesis.ChainId).Hash(genesis.LogId).U32(genesis.CheckpointEverySeqs);
        genesis.Storage.Write(writer);
        genesis.Audits.Write(writer);
        return writer.U8(genesis.HasAgreements ? (byte)1 : (byte)0).Prefixed(ValidatorSetCodec.Encode(genesis.GenesisValidators)).Prefixed(CommitteeCodec.Encode(genesis.FirstCommittee)).ToArray();
    }

    /// <param name="genesis">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out LogGenesis? genesis)
    {
        genesis = null;
        LogReader reader = new(bytes);
        if (reader.U8() != Version) reader.Fail(LogFault.Version);
        ulong chainId = reader.U64();
        Hash256 logId = reader.Hash();
        uint every = reader.U32();
        if (every == 0) reader.Fail(LogFault.Value);
        StorageRules storage = StorageRules.Read(ref reader);
        AuditTimes audits = AuditTimes.Read(ref reader);
        bool hasAgreements = reader.U8(max: 1) == 1;
        ReadOnlyMemory<byte> validators = reader.Prefixed(BytesMax), committee = reader.Prefixed(BytesMax);
        if (reader.End() is not LogFault.None and var fault) return fault;
        if (!ValidatorSetCodec.TryDecode(validators.Span, out ValidatorSet? set)) return LogFault.ValidatorSet;
        fault = CommitteeCodec.TryDecode(committee, out Committee? first);
        if (first is not null) genesis = new LogGenesis(chainId, logId, set, first) { CheckpointEverySeqs = every, Storage = storage, Audits = audits, HasAgreements = hasAgreements };
        return fault;
    }
}
