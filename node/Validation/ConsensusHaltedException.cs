namespace Dsdn.Node.Validation;

/// <summary>The validator cannot go on; nothing is lost, and what was decided stays decided.</summary>
public sealed class ConsensusHaltedException(string code, string reason) : Exception($"{code}: {reason}")
{
    public string Code { get; } = code;
}
