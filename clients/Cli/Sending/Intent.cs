using Dsdn.Chain.Primitives;

namespace Dsdn.Cli.Sending;

/// <summary>What the user wants to have in a block, before nonce, fees and signature.</summary>
/// <param name="What">In the user's language, shown before signing.</param>
internal sealed record Intent(Address To, Amount Value, ReadOnlyMemory<byte> Data, string What);
