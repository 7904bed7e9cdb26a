using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <summary>The validators who vouch for batches: the chain's set in force after the anchored block, the genesis set before the first anchor.</summary>
/// <param name="Epoch">How often the anchored set has changed; 0 for the genesis set. The number of the chain's own epoch is in no header.</param>
/// <param name="SetHash">As in the blocks.</param>
public sealed record DaSet(ulong Epoch, Hash256 SetHash, ValidatorSet Validators)
{
    public static DaSet Genesis(ValidatorSet validators) => new(0, BlockHashes.Validators(validators), validators);

    /// <summary>This where the set is the same.</summary>
    internal DaSet After(ValidatorSet validators) =>
        BlockHashes.Validators(validators) is var hash && hash == SetHash ? this : new DaSet(checked(Epoch + 1), hash, validators);
}
