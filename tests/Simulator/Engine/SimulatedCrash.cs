namespace Dsdn.Simulator.Engine;

/// <summary>The process of a machine dies here; everything that was only in memory is gone.</summary>
internal sealed class SimulatedCrash : Exception;
