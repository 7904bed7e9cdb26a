using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Slashing;

internal static class SlashingEvents
{
    public static readonly EventDeclaration EvidencePunished = new(
        "event EvidencePunished(address indexed operator, uint8 indexed kind, uint64 infractionHeight, bytes32 evidence, uint16 fractionBps, uint256 taken, bool jailed)",
        "A validator signed two contradicting messages: kind 1 two votes, 2 two proposals, 3 a vote against its own lock. Jailed is false where nobody would have been left to vote.");

    public static readonly EventDeclaration StorageReported = new(
        "event StorageReported(bytes32 indexed nodeId, uint8 indexed kind, uint64 audit, uint16 fractionBps, uint256 taken, uint64 cooldownUntilMs)",
        "A node did not pass an audit of what it holds: kind 1 silent, 2 answered wrongly, 3 signed contradicting answers. A fraction of 0: the first in a while, which is free.");

    public static readonly IReadOnlyList<EventDeclaration> All = [EvidencePunished, StorageReported];
}
