using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Signing;

/// <summary>What a validator's key is bound to for one batch of the log.</summary>
/// <param name="StateRoot">After the batch; null: no anchor of it was signed.</param>
/// <param name="ExpiresMs">From when on nobody asks for it any more and it may leave the record, ms since 1970.</param>
public readonly record struct SignedSeq(ulong Seq, Hash256 CoreHash, Hash256? StateRoot, ulong ExpiresMs);
