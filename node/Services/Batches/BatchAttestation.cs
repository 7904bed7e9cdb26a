namespace Dsdn.Services.Batches;

/// <summary>A validator's signatures for one batch.</summary>
/// <param name="AnchorSignature">Empty where the chain is not told of this batch.</param>
public sealed record BatchAttestation(ulong Seq, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> AnchorSignature);
