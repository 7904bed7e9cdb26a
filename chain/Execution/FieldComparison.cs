namespace Dsdn.Chain.Execution;

/// <summary>Compares what a block says with what this node finds, field by field; the first difference is the verdict.</summary>
internal struct FieldComparison()
{
    public BlockVerdict Verdict { get; private set; } = BlockVerdict.Valid;

    /// <param name="name">Part of the stable code DSDN-E-BLOCK-name.</param>
    public void Same<T>(string name, T theirs, T ours)
        where T : IEquatable<T>
    {
        if (Verdict.IsValid && !theirs.Equals(ours)) Verdict = Invalid(name, $"block has {theirs}, this node {ours}");
    }

    public static BlockVerdict Invalid(string name, string detail) => BlockVerdict.Invalid("DSDN-E-BLOCK-" + name, detail);
}
