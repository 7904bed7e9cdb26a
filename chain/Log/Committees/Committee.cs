using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Committees;

/// <param name="Validator">The operator the member belongs to.</param>
/// <param name="Key">Ed25519: final votes, envelopes.</param>
/// <param name="ExchangeKey">X25519, for distributed key generation; zero in a committee of one.</param>
/// <param name="VerificationShare">The public share of the group key; the group key itself in a committee of one.</param>
public sealed record CommitteeMember(Address Validator, Hash256 Key, Hash256 ExchangeKey, Hash256 VerificationShare);

/// <summary>The coordinators of an epoch (dataplane 2). Their order is that of bitmaps and of the header's author.</summary>
/// <param name="Threshold">Shares that make a group signature: floor(2n/3) + 1.</param>
/// <param name="GroupKey">Ed25519: what batches verify against.</param>
/// <param name="EndMs">Exclusive; <see cref="OpenEnd"/> where none is set.</param>
public sealed record Committee(
    ulong ChainId, ulong Epoch, byte Threshold, Hash256 GroupKey, IReadOnlyList<CommitteeMember> Members, ulong StartMs, ulong EndMs, Hash256 Seed)
{
    public const ulong OpenEnd = ulong.MaxValue;

    /// <summary>What headers name: H(tag | fields).</summary>
    public Hash256 Hash
    {
        get
        {
            LogWriter writer = new(512);
            CommitteeCodec.Write(writer, this);
            return LogTag.Hash(LogDomain.Committee, writer.Written);
        }
    }

    public static byte ThresholdOf(int members) => checked((byte)((2 * members / 3) + 1));

    /// <summary>More than two thirds of the members (3 * votes > 2 * n).</summary>
    public static bool IsQuorum(int votes, int members) => 3L * votes > 2L * members;

    /// <summary>The committee of a network that starts: one member, whose key is the group's (rulings 38).</summary>
    /// <param name="genesisHash">The seed of epoch 0.</param>
    public static Committee OfOne(ulong chainId, in Address validator, in Hash256 key, ulong startMs, in Hash256 genesisHash) =>
        new(chainId, 0, 1, key, [new CommitteeMember(validator, key, Hash256.Zero, key)], startMs, OpenEnd, genesisHash);
}
