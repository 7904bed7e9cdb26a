using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;

namespace Dsdn.Transfers.Network;

/// <summary>Sets by the Staking module of the user's node, from the one that votes next backwards.</summary>
public sealed class ChainValidatorSets(ChainClient chain) : IValidatorSets
{
    /// <summary>Sets looked back on: a batch is certified by the set after its anchored block, which is seconds old.</summary>
    private const int SetsMax = 8;

    private readonly ModuleClient _modules = new(chain);

    public async Task<ValidatorSet?> FindAsync(Hash256 setHash, CancellationToken cancel)
    {
        BlockRef at = BlockRef.Latest;
        for (int i = 0; i < SetsMax; i++)
        {
            StakingValidatorSetResult found;
            try
            {
                found = await _modules.QueryAsync(StakingClient.ValidatorSet(), block: at, cancel: cancel);
            }
            catch (DsdnException gone) when (i > 0 && gone.Error.Class == ErrorClass.Rejected)
            {
                return null; // the node keeps no state of that block
            }
            ValidatorSet set = new([.. found.Members.Select(static member => new Validator(member.Operator, member.ConsensusKey.ToArray(), member.Power, member.Payout))]);
            if (BlockHashes.Validators(set) == setHash) return set;
            if (found.FromHeight < 2) return null; // that of the genesis
            at = BlockRef.At(found.FromHeight - 2); // after the block before the one that made it
        }
        return null;
    }
}
