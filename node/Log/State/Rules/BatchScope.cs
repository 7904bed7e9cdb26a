using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Rules;

/// <summary>The batch that an event stands in, as the rules see it.</summary>
/// <param name="RegistryBefore">The last record of the Nodes feed before this batch.</param>
/// <param name="ActiveBefore">The nodes that were Active then, by id ascending; left empty where the batch has no bitmap.</param>
/// <param name="RootsBefore">Of the batch before, where it is one after which checkpoints are taken.</param>
/// <param name="AnchorHeight">Of the last anchored block, this batch included.</param>
internal sealed record BatchScope(ulong Seq, ulong LogTimeMs, ulong AnchorHeight, ulong RegistryBefore, Hash256[] ActiveBefore, LogRootsAt? RootsBefore);
