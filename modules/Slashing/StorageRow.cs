using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Slashing;

/// <summary>What was reported of a node, so that each audit counts once.</summary>
internal sealed record StorageRow : IRow<StorageRow>
{
    public static ulong Version => 1;

    /// <summary>Of the last report; older audits are no longer taken.</summary>
    public ulong LastAudit { get; init; }

    /// <summary>Chain time of the last report: within a time of it the next one is not free.</summary>
    public ulong LastMs { get; init; }

    /// <summary>Log time up to which silence was reported.</summary>
    public ulong SilentUntilMs { get; init; }

    /// <summary>The last audit that was reported as answered wrongly.</summary>
    public ulong LastFailedAudit { get; init; }

    /// <summary>Fines for wrong answers since the first of them within the time that bans.</summary>
    public ulong FailedFines { get; init; }

    public ulong FailedSinceMs { get; init; }

    /// <summary>The last audit that the node lied in.</summary>
    public ulong LastLie { get; init; }

    public ulong Reports { get; init; }

    public Amount Taken { get; init; }

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(LastAudit);
        writer.Write(LastMs);
        writer.Write(SilentUntilMs);
        writer.Write(LastFailedAudit);
        writer.Write(FailedFines);
        writer.Write(FailedSinceMs);
        writer.Write(LastLie);
        writer.Write(Reports);
        writer.Write(Taken);
    }

    public static StorageRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong lastAudit);
        reader.TryReadUInt64(out ulong lastMs);
        reader.TryReadUInt64(out ulong silentUntilMs);
        reader.TryReadUInt64(out ulong lastFailedAudit);
        reader.TryReadUInt64(out ulong failedFines);
        reader.TryReadUInt64(out ulong failedSinceMs);
        reader.TryReadUInt64(out ulong lastLie);
        reader.TryReadUInt64(out ulong reports);
        reader.TryReadAmount(out Amount taken);
        return new StorageRow
        {
            LastAudit = lastAudit, LastMs = lastMs, SilentUntilMs = silentUntilMs, LastFailedAudit = lastFailedAudit, FailedFines = failedFines, FailedSinceMs = failedSinceMs,
            LastLie = lastLie, Reports = reports, Taken = taken,
        };
    }
}
