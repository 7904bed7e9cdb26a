namespace Dsdn.Log.State;

/// <summary>How much of a batch is checked before it is applied.</summary>
public enum LogCheck
{
    /// <summary>The batch and the author of every event.</summary>
    Full,

    /// <summary>The batch alone. Allowed up to a batch whose root the chain has anchored, and only if the replay ends in that root (rulings 32).</summary>
    BatchSignaturesOnly,
}
