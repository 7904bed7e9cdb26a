namespace Dsdn.Node.Operations;

/// <summary>What a process does when its user asks over the control socket.</summary>
/// <param name="Name">The first word.</param>
/// <param name="Form">As it is shown to whoever got it wrong.</param>
/// <param name="FailureCode">Of an order that was understood and could not be carried out.</param>
/// <param name="Refusal">What is wrong with an argument; null: nothing.</param>
/// <param name="CarryOut">Returns what follows `ok`.</param>
public sealed record ControlOrder(string Name, string Form, string FailureCode, Func<string, string?> Refusal, Func<string, string> CarryOut)
{
    /// <param name="make">Makes a checkpoint in a directory; returns height and hash of the head when it began.</param>
    public static ControlOrder Snapshot(Func<string, string> make) => new(
        "snapshot", "snapshot PATH", "DSDN-E-SNAPSHOT-FAILED",
        static target => Path.IsPathFullyQualified(target) && !target.Contains('\0') ? null : "the path must be absolute", make);
}
