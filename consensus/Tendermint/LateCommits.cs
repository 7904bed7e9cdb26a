using Dsdn.Chain.Blocks;

namespace Dsdn.Consensus.Tendermint;

/// <summary>The certificate of the height before, completed by precommits that come after its decision.</summary>
internal sealed class LateCommits(Certificate certificate, ValidatorSet deciders)
{
    private readonly VoterIndex _index = new(deciders);
    private readonly ReadOnlyMemory<byte>?[] _signatures = Unpack(certificate, deciders.Validators.Count);

    /// <summary>True: counted, it was missing and right.</summary>
    /// <param name="isVerified">Its signature was checked with the key of <paramref name="deciders"/> before.</param>
    public bool Add(Vote vote, IMessageScheme scheme, bool isVerified = false)
    {
        if (vote.Kind != VoteKind.Precommit || vote.Height != certificate.Height || vote.Round != certificate.Round || vote.ValueId != certificate.BlockHash) return false;
        if (MessageRules.Check(vote) is not null) return false;
        int voter = _index.Of(vote.Voter);
        if (voter == VoterIndex.Unknown || _signatures[voter] is not null) return false;
        if (!isVerified && !scheme.Verify(vote, _index.Key(voter))) return false;
        _signatures[voter] = vote.Signature;
        return true;
    }

    public Certificate Certificate() => CertificateOf(certificate.Height, certificate.Round, certificate.BlockHash, _signatures);

    /// <param name="signatures">By index; null: none.</param>
    public static Certificate CertificateOf(ulong height, uint round, Chain.Primitives.Hash256 value, IReadOnlyList<ReadOnlyMemory<byte>?> signatures)
    {
        byte[] signers = new byte[(signatures.Count + 7) / 8];
        List<ReadOnlyMemory<byte>> given = [];
        for (int i = 0; i < signatures.Count; i++)
        {
            if (signatures[i] is not { } signature) continue;
            signers[i / 8] |= (byte)(1 << (i % 8));
            given.Add(signature);
        }
        return new Certificate(height, round, value, signers, given);
    }

    private static ReadOnlyMemory<byte>?[] Unpack(Certificate certificate, int voters)
    {
        var signatures = new ReadOnlyMemory<byte>?[voters];
        ReadOnlySpan<byte> signers = certificate.Signers.Span;
        for (int i = 0, next = 0; i < voters && i / 8 < signers.Length; i++)
        {
            if ((signers[i / 8] >> (i % 8) & 1) == 1 && next < certificate.Signatures.Count) signatures[i] = certificate.Signatures[next++];
        }
        return signatures;
    }
}
