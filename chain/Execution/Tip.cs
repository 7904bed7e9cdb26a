using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution;

/// <summary>The last decided block and what the next is built on.</summary>
/// <param name="Version">The state tree after it.</param>
/// <param name="State">The flat state after it.</param>
/// <param name="Certificate">With which it was decided here; null on block 0.</param>
/// <param name="Deciders">The set that voted on it; nobody on block 0.</param>
/// <param name="Validators">The set that votes on the next.</param>
internal sealed record Tip(
    Block Block, StateVersion Version, IStateView State, Certificate? Certificate, ValidatorSet Deciders, ValidatorSet Validators)
{
    public ulong Number => Block.Header.Number;

    /// <summary>Block 0 has seconds only.</summary>
    public ulong TimeMs => Block.Consensus?.TimeMs ?? Block.Header.Timestamp * 1000;

    public Validator? FindValidator(in Address operatorAddress)
    {
        foreach (Validator validator in Validators.Validators)
        {
            if (validator.Operator == operatorAddress) return validator;
        }
        return null;
    }
}
