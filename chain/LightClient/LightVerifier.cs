using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.LightClient;

/// <summary>
/// From a trusted block to a later one: the next block by the set that the trusted one names; any later one if more than a third
/// of that set's power signed it, so that at least one correct validator did, beside two thirds of its own set.
/// </summary>
public static class LightVerifier
{
    /// <summary>Whether the block is the one that the user trusts, and holds in itself.</summary>
    public static LightVerdict CheckTrusted(LightBlock block, ulong height, in Hash256 hash, LightOptions options)
    {
        if (block.Height != height || block.Hash != hash) return new LightVerdict(LightFault.WrongHash, $"block {block.Height} {block.Hash}, trusted is {height} {hash}");
        return CheckAlone(block, options);
    }

    /// <param name="trusted">Accepted before.</param>
    /// <param name="nowMs">The verifier's own clock.</param>
    public static LightVerdict Verify(LightBlock trusted, LightBlock block, LightOptions options, ulong nowMs)
    {
        if (IsExpired(trusted, options, nowMs)) return new LightVerdict(LightFault.Expired, $"block {trusted.Height} is older than {options.TrustPeriodMs} ms");
        if (block.Height <= trusted.Height) return new LightVerdict(LightFault.Order, $"height {block.Height} is not after {trusted.Height}");
        if (block.TimeMs <= trusted.TimeMs) return new LightVerdict(LightFault.Order, $"time {block.TimeMs} is not after {trusted.TimeMs}");
        if (block.TimeMs > nowMs && block.TimeMs - nowMs > options.ClockDriftMs) return new LightVerdict(LightFault.Future, $"time {block.TimeMs}, now is {nowMs}");
        bool isNext = block.Height == trusted.Height + 1;
        if (isNext && block.Header.ParentHash != trusted.Hash) return new LightVerdict(LightFault.Malformed, $"block {block.Height} is not above the trusted block");
        if (isNext && block.Consensus.ValidatorsHash != trusted.Consensus.NextValidatorsHash)
            return new LightVerdict(LightFault.Validators, $"validators {block.Consensus.ValidatorsHash}, the trusted block names {trusted.Consensus.NextValidatorsHash}");
        if (CheckAlone(block, options, signatures: false) is { IsValid: false } malformed) return malformed;
        if (!isNext && !HasTrust(trusted.NextValidators, block))
            return new LightVerdict(LightFault.NotEnoughTrust, $"at most a third of the power that block {trusted.Height} trusts signed block {block.Height}");
        return CheckSignatures(block, options);
    }

    /// <summary>The first block from the set that genesis names: block 1 by that set, a later one as <see cref="Verify"/> takes it.</summary>
    /// <param name="genesis">Who votes on block 1.</param>
    public static LightVerdict VerifyFromGenesis(ValidatorSet genesis, LightBlock block, LightOptions options)
    {
        bool isFirst = block.Height == 1;
        if (isFirst && block.Header.ParentHash != options.GenesisHash) return new LightVerdict(LightFault.Malformed, "block 1 is not above the genesis block");
        if (isFirst && block.Consensus.ValidatorsHash != BlockHashes.Validators(genesis))
            return new LightVerdict(LightFault.Validators, $"validators {block.Consensus.ValidatorsHash} are not those of genesis");
        if (CheckAlone(block, options, signatures: false) is { IsValid: false } malformed) return malformed;
        if (!isFirst && !HasTrust(genesis, block)) return new LightVerdict(LightFault.NotEnoughTrust, $"at most a third of the power of genesis signed block {block.Height}");
        return CheckSignatures(block, options);
    }

    /// <summary>
    /// From a trusted block to an earlier one, without all headers between: more than a third of the power that voted on the
    /// trusted block signed the earlier one too, so that at least one validator that is correct today did, and correct
    /// validators sign one block a height.
    /// </summary>
    public static LightVerdict VerifyEarlier(LightBlock trusted, LightBlock block, LightOptions options)
    {
        if (block.Height >= trusted.Height) return new LightVerdict(LightFault.Order, $"height {block.Height} is not before {trusted.Height}");
        if (block.TimeMs >= trusted.TimeMs) return new LightVerdict(LightFault.Order, $"time {block.TimeMs} is not before {trusted.TimeMs}");
        bool isParent = block.Height + 1 == trusted.Height;
        if (isParent && trusted.Header.ParentHash != block.Hash) return new LightVerdict(LightFault.Malformed, $"block {block.Height} is not below the trusted block");
        if (CheckAlone(block, options, signatures: false) is { IsValid: false } malformed) return malformed;
        if (!isParent && !HasTrust(trusted.Validators, block))
            return new LightVerdict(LightFault.NotEnoughTrust, $"at most a third of the power that voted on block {trusted.Height} signed block {block.Height}");
        return CheckSignatures(block, options);
    }

    /// <summary>Whether nobody may rely on the block any more: its validators can have withdrawn what they had at stake.</summary>
    public static bool IsExpired(LightBlock trusted, LightOptions options, ulong nowMs) => nowMs > trusted.TimeMs && nowMs - trusted.TimeMs >= options.TrustPeriodMs;

    /// <summary>Headers, sets and certificate belong together, and more than two thirds of its set signed.</summary>
    public static LightVerdict CheckAlone(LightBlock block, LightOptions options, bool signatures = true)
    {
        ConsensusHeader consensus = block.Consensus;
        if (consensus.ChainId != options.ChainId) return Malformed($"is of chain {consensus.ChainId}");
        if (consensus.Height != block.Header.Number || block.Header.Number == 0) return Malformed($"heights {consensus.Height} and {block.Header.Number}");
        if (BlockHashes.ExtraData(consensus) != block.Header.ExtraData) return Malformed("extraData does not commit to the consensus header");
        if (block.Header.Timestamp != consensus.TimeMs / 1000) return Malformed("seconds and milliseconds differ");
        if (BlockHashes.Validators(block.Validators) != consensus.ValidatorsHash) return Malformed("other validators than the header's");
        if (BlockHashes.Validators(block.NextValidators) != consensus.NextValidatorsHash) return Malformed("other next validators than the header's");
        if (CertificateRules.Check(block.Certificate, block.Height, block.Hash, block.Validators) is { } what) return new LightVerdict(LightFault.Certificate, what);
        return signatures ? CheckSignatures(block, options) : LightVerdict.Valid;

        static LightVerdict Malformed(string what) => new(LightFault.Malformed, what);
    }

    private static LightVerdict CheckSignatures(LightBlock block, LightOptions options) =>
        CertificateRules.CheckSignatures(block.Certificate, options.ChainId, options.GenesisHash, block.Validators) is { } forged
            ? new LightVerdict(LightFault.Certificate, forged)
            : LightVerdict.Valid;

    /// <summary>More than a third of the trusted power is among the signers: keys count, each validator once.</summary>
    private static bool HasTrust(ValidatorSet trusted, LightBlock block)
    {
        var signers = new SortedSet<Hash256>();
        for (int i = 0; i < block.Validators.Validators.Count; i++)
        {
            if ((block.Certificate.Signers.Span[i >> 3] >> (i & 7) & 1) != 0) signers.Add(new Hash256(block.Validators.Validators[i].ConsensusKey.Span));
        }
        UInt128 signed = 0, total = 0;
        foreach (Validator validator in trusted.Validators)
        {
            total += validator.Power;
            if (signers.Remove(new Hash256(validator.ConsensusKey.Span))) signed += validator.Power;
        }
        return signed * 3 > total;
    }
}
