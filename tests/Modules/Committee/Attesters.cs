using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Committee;

/// <summary>The validators of a <see cref="TestChain"/> as attesters of anchors: the test holds their keys.</summary>
internal static class Attesters
{
    public static readonly Hash256 CoreHash = Hash256.Parse("0x" + new string('c', 64));

    public static readonly Hash256 StateRoot = Hash256.Parse("0x" + new string('5', 64));

    /// <summary>An anchor for the epoch and set that are in force now.</summary>
    public static LogAnchor Anchor(TestChain chain, ulong seq, ulong daHeight = 0, Hash256 daDataRoot = default) =>
        CommitteeReader.Basis(chain.Pending).Anchor(ChainId, seq, CoreHash, StateRoot, daHeight, daDataRoot);

    /// <summary>Signed by those validators of the set that are in force now, or by all of them.</summary>
    public static AttestedAnchor Sign(TestChain chain, LogAnchor anchor, params int[] signers) => Sign(chain.Validators, anchor, signers);

    public static AttestedAnchor Sign(ValidatorSet set, LogAnchor anchor, params int[] signers)
    {
        if (signers.Length == 0) signers = [.. Enumerable.Range(0, set.Validators.Count)];
        return new AttestedAnchor(
            anchor, Bitmap.Of(set.Validators.Count, signers),
            [.. signers.Select(index => (ReadOnlyMemory<byte>)TestChain.Sign(SeedOf(set.Validators[index]), anchor.Message))]);
    }

    public static CallResult Send(TestChain chain, AttestedAnchor attested, Address? from = null, ulong gas = ulong.MaxValue / 4)
    {
        LogAnchor anchor = attested.Anchor;
        AbiValue[] arguments = [
            anchor.Seq, anchor.CoreHash, anchor.StateRoot, anchor.DaHeight, anchor.DaDataRoot, attested.Signers.ToArray(),
            attested.Signatures.SelectMany(signature => signature.ToArray()).ToArray()];
        return chain.Call(2, from ?? User(9), "anchor", default, gas, arguments);
    }

    /// <summary>Signed by everyone now, and sent.</summary>
    public static CallResult Take(TestChain chain, ulong seq) => Send(chain, Sign(chain, Anchor(chain, seq)));

    /// <summary>Of the key it had at genesis; a validator that has another signs with a key that does not count.</summary>
    private static byte[] SeedOf(Validator validator)
    {
        for (int i = 0; i < 200; i++)
            if (User(i) == validator.Operator) return Key($"validator {i}").Seed;
        throw new InvalidOperationException("no validator of the test");
    }
}
