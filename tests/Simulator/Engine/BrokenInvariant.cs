namespace Dsdn.Simulator.Engine;

/// <summary>A rule that must hold in every run did not.</summary>
internal sealed class BrokenInvariant(string what) : Exception(what);
