namespace Dsdn.Log.Attestation;

/// <summary>How far one statement is.</summary>
/// <param name="Missing">Indexes of validators that did not sign yet, ascending.</param>
/// <param name="OpenedMs">When it was opened, on the caller's clock.</param>
public sealed record OpenStatement(ulong Seq, ulong Epoch, UInt128 SignedPower, UInt128 TotalPower, bool IsComplete, IReadOnlyList<int> Missing, ulong OpenedMs);
