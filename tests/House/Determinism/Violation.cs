namespace Dsdn.House.Tests.Determinism;

/// <summary>A rule of the determinism gate that a compiled member breaks.</summary>
/// <param name="Rule">float, reference, hash-order, static, pinvoke or string-order.</param>
/// <param name="Member">Type::Member, with lambdas and iterators under the method that wrote them.</param>
public readonly record struct Violation(string Rule, string Member, string What)
{
    public override string ToString() => $"[{Rule}] {Member}: {What}";
}
