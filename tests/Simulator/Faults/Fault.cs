namespace Dsdn.Simulator.Faults;

/// <summary>Everything that a run can do to a network. Counted, so that no fault is in the list only.</summary>
internal enum Fault
{
    MessageLost,
    MessageDuplicated,
    MessageReordered,
    MessageSlow,
    PartitionSymmetric,
    PartitionAsymmetric,
    PartitionPermanent,
    LinkBroken,
    Killed,
    PowerFailed,
    CrashBeforeWalSync,
    CrashAfterWalSync,
    CrashAfterWalAppend,
    CrashBeforeSend,
    CrashAfterSend,
    CrashBeforeSigned,
    CrashInsideSigned,
    CrashAfterSigned,
    CrashBeforeStoreWrite,
    CrashAfterStoreWrite,
    CrashBetweenEffects,
    CrashInStateSync,
    WalWriteTorn,
    WalWriteLost,
    StoreWritesLost,
    DiskLost,
    DiskRestored,
    LockLost,
    RebuiltSignerRefused,
    SignerRefused,
    SignerKeptLock,
    KeyInUse,
    SlowDisk,
    ClockSkewed,
    ClockSkewedBeyondPrecision,
    ClockDrifts,
    ClockSteppedBack,
    ClockSteppedForward,
    LateFollower,
    Equivocation,
    ProposalEquivocation,
    Amnesia,
    PartsWithheld,
    VotesWithheld,
    ForcedNil,
    ShiftedTime,
    LyingStatus,
    Malformed,
    Oversized,
    Flood,
    InvalidBlock,
    WrongParts,
    ForgedBlocks,
    StateSyncBegun,
    StateSyncDone,
    StateSyncFailed,
    WrongManifest,
    WrongChunk,
    WrongLightBlock,
    ForgedEvidence,
    FalseClaim,
    Banned,
}

/// <summary>How often each fault happened.</summary>
internal sealed class FaultCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<Fault>().Length];

    public long this[Fault fault] => _counts[(int)fault];

    public void Count(Fault fault) => _counts[(int)fault]++;

    public void Add(FaultCounters other)
    {
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
    }

    public IEnumerable<(Fault Fault, long Count)> All => Enum.GetValues<Fault>().Select(fault => (fault, _counts[(int)fault]));
}
