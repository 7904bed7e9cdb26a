using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;

namespace Dsdn.Transfers.Network;

/// <summary>Who votes, as the chain says it: what a coordinator says of its validators is not believed.</summary>
public interface IValidatorSets
{
    /// <summary>The set of this hash, where it votes now or voted not long ago; null where the chain does not know it, or not yet.</summary>
    /// <exception cref="DsdnException">the node does not answer</exception>
    Task<ValidatorSet?> FindAsync(Hash256 setHash, CancellationToken cancel);
}
