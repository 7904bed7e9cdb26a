using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Nodes.Published;

namespace Dsdn.Modules.Slashing;

/// <summary>What a report that holds costs. The stake goes to the treasury; the registry quarantines who has too little of it left, or cools down.</summary>
internal static class StorageFines
{
    /// <summary>Kinds in the event beside those of the log.</summary>
    private const ulong Lie = 3;

    /// <returns>What was taken; zero where it was free.</returns>
    public static Amount Take(ModuleContext context, StorageParams parameters, Hash256 node, StorageRow row, ulong audit, AuditFault fault)
    {
        ulong now = context.Block.TimeMs;
        bool isSilent = fault.Kind == AuditFaultKind.Silent, isFree = row.LastMs == 0 || now - row.LastMs > parameters.FreeMs;
        row = row with
        {
            LastAudit = audit, LastMs = now, Reports = row.Reports + 1, SilentUntilMs = isSilent ? fault.JudgedMs : row.SilentUntilMs, LastFailedAudit = isSilent ? row.LastFailedAudit : audit,
        };
        if (isFree)
        {
            Store(context, node, row, audit, (ulong)fault.Kind, 0, Amount.Zero, 0);
            return Amount.Zero;
        }
        bool isRepeated = false;
        if (!isSilent)
        {
            bool isFirst = row.FailedFines == 0 || now - row.FailedSinceMs > parameters.FreeMs;
            row = row with { FailedFines = isFirst ? 1 : row.FailedFines + 1, FailedSinceMs = isFirst ? now : row.FailedSinceMs };
            isRepeated = row.FailedFines >= StorageParams.FailedToBan;
        }
        ulong bps = isSilent ? parameters.SilentBps : parameters.FailedBps;
        ulong coolsUntil = now + (isRepeated ? parameters.BanMs : isSilent ? parameters.SilentCooldownMs : parameters.FailedCooldownMs);
        return Fine(context, node, row, audit, (ulong)fault.Kind, bps, coolsUntil, isRepeated);
    }

    public static Amount TakeLie(ModuleContext context, StorageParams parameters, Hash256 node, StorageRow row, ulong audit)
    {
        ulong now = context.Block.TimeMs;
        return Fine(context, node, row with { LastLie = audit, LastMs = now, Reports = row.Reports + 1 }, audit, Lie, parameters.LieBps, now + parameters.BanMs, isBanned: true);
    }

    private static Amount Fine(ModuleContext context, Hash256 node, StorageRow row, ulong audit, ulong kind, ulong bps, ulong coolsUntilMs, bool isBanned)
    {
        Amount taken = NodeControl.Slash(context, node, bps, coolsUntilMs);
        if (isBanned) NodeControl.Ban(context, node);
        Store(context, node, row with { Taken = row.Taken + taken }, audit, kind, bps, taken, coolsUntilMs);
        return taken;
    }

    private static void Store(ModuleContext context, Hash256 node, StorageRow row, ulong audit, ulong kind, ulong bps, Amount taken, ulong coolsUntilMs)
    {
        SlashingState.StorageReports.Set(context, new HashKey(node), row);
        context.Emit(SlashingEvents.StorageReported, node, kind, audit, bps, taken, coolsUntilMs);
    }
}
