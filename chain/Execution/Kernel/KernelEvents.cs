namespace Dsdn.Chain.Execution.Kernel;

/// <summary>Events every module may give, because the kernel gives them.</summary>
public static class KernelEvents
{
    /// <summary>Every credit or debit that is neither a transaction's value nor its fee (chain-decisions 1.2, rulings 19).</summary>
    public static readonly EventDeclaration Moved = new(
        "event Moved(address indexed from, address indexed to, uint256 amount, bytes32 indexed reason)",
        "Balance moved by a module; reason is ASCII text padded with zeros.");

    public static readonly IReadOnlyList<EventDeclaration> All = [Moved];
}
