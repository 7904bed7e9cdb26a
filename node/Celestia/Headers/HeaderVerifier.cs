using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Headers;

/// <summary>
/// The light client of CometBFT's specification for extended headers. Signatures count if they are valid by RFC 8032 as this chain
/// checks them, which is stricter than CometBFT: what it accepts beyond that is not counted, so nothing more is ever accepted here.
/// </summary>
public static class HeaderVerifier
{
    /// <summary>Heights are signed numbers in CometBFT.</summary>
    private const ulong HeightMax = long.MaxValue;

    /// <summary>Whether the header is the one that the configuration trusts, and holds in itself.</summary>
    public static DaVerdict CheckTrusted(ExtendedHeader header, ulong height, in Hash256 hash, string chainId)
    {
        if (header.Height != height || header.Hash != hash) return new DaVerdict(DaFault.NotEnoughTrust, $"header {header.Height} {header.Hash}, trusted is {height} {hash}");
        return CheckAlone(header, chainId);
    }

    /// <summary>Header, commit, validators and square's roots belong together, and more than two thirds of the power signed.</summary>
    public static DaVerdict CheckAlone(ExtendedHeader extended, string chainId)
    {
        CelestiaHeader header = extended.Header;
        if (header.ChainId != chainId) return Malformed($"of chain {header.ChainId}, not {chainId}");
        if (header.Height is 0 or > HeightMax || extended.Commit.Height != header.Height) return Malformed($"height {header.Height} with a commit of height {extended.Commit.Height}");
        if (header.DataHash is not { } dataHash) return Malformed("no data hash");
        if (extended.Dah.Check(dataHash) is { IsValid: false } wrong) return wrong;
        if (extended.Validators.Hash() != header.ValidatorsHash) return Malformed("other validators than the header's");
        if (extended.Commit.BlockId.Hash != extended.Hash) return Malformed($"a commit of block {extended.Commit.BlockId.Hash}, the header is {extended.Hash}");
        return CheckSignatures(extended);
    }

    /// <summary>From a trusted header to a later one: the next by its hash and named validators, others by a third of the trusted power.</summary>
    /// <param name="nowMs">The reader's clock, since 1970.</param>
    public static DaVerdict Verify(ExtendedHeader trusted, ExtendedHeader header, TrustOptions options, ulong nowMs)
    {
        if (IsExpired(trusted, options, nowMs)) return new DaVerdict(DaFault.Expired, $"header {trusted.Height} is older than {options.TrustPeriodMs} ms");
        if (header.Height <= trusted.Height || header.Height > HeightMax) return new DaVerdict(DaFault.Order, $"height {header.Height} is not after {trusted.Height}");
        if (header.Header.Time <= trusted.Header.Time) return new DaVerdict(DaFault.Order, $"time {header.Header.Time} is not after {trusted.Header.Time}");
        if (header.Header.Time.UnixMs > nowMs && header.Header.Time.UnixMs - nowMs > options.ClockDriftMs) return new DaVerdict(DaFault.Order, $"time {header.Header.Time} is ahead of the clock");
        if (header.Height == trusted.Height + 1)
        {
            if (header.Header.LastBlockId.Hash != trusted.Hash) return Malformed($"header {header.Height} is not above the trusted one");
            if (header.Header.ValidatorsHash != trusted.Header.NextValidatorsHash) return Malformed("other validators than the trusted header names");
        }
        else if (!HasTrust(trusted, header))
        {
            return new DaVerdict(DaFault.NotEnoughTrust, $"at most a third of the power at height {trusted.Height} signed header {header.Height}");
        }
        return CheckAlone(header, options.ChainId);
    }

    /// <summary>From a trusted header to the one before it, by hash alone; needs no signatures.</summary>
    public static DaVerdict VerifyParent(ExtendedHeader trusted, ExtendedHeader parent)
    {
        if (trusted.Height == 0 || parent.Height != trusted.Height - 1 || trusted.Header.LastBlockId.Hash != parent.Hash) return Malformed($"header {parent.Height} is not below the trusted one");
        return parent.Header.DataHash is { } dataHash ? parent.Dah.Check(dataHash) : Malformed("no data hash");
    }

    public static bool IsExpired(ExtendedHeader trusted, TrustOptions options, ulong nowMs)
    {
        ulong time = trusted.Header.Time.UnixMs;
        return nowMs > time && nowMs - time >= options.TrustPeriodMs;
    }

    private static DaVerdict CheckSignatures(ExtendedHeader extended)
    {
        IReadOnlyList<CelestiaValidator> members = extended.Validators.Members;
        IReadOnlyList<CommitSignature> signatures = extended.Commit.Signatures;
        if (signatures.Count != members.Count) return new DaVerdict(DaFault.Signatures, $"{signatures.Count} signatures of {members.Count} validators");
        UInt128 signed = 0, total = extended.Validators.TotalPower;
        for (int i = 0; i < members.Count && signed * 3 <= total * 2; i++)
            if (signatures[i].Flag == CommitFlag.Commit && IsSignedBy(extended, signatures[i], members[i])) signed += members[i].Power;
        return signed * 3 > total * 2 ? DaVerdict.Valid : new DaVerdict(DaFault.Signatures, $"power {signed} of {total} signed header {extended.Height}");
    }

    /// <summary>More than a third of the trusted power is among the signers, each validator once.</summary>
    private static bool HasTrust(ExtendedHeader trusted, ExtendedHeader header)
    {
        SortedDictionary<Hash256, ulong> powers = [];
        foreach (CelestiaValidator member in trusted.Validators.Members) powers[new Hash256(member.PublicKey.Span)] = member.Power;
        IReadOnlyList<CelestiaValidator> members = header.Validators.Members;
        UInt128 signed = 0;
        for (int i = 0; i < Math.Min(members.Count, header.Commit.Signatures.Count); i++)
        {
            CommitSignature signature = header.Commit.Signatures[i];
            if (signature.Flag != CommitFlag.Commit || !powers.Remove(new Hash256(members[i].PublicKey.Span), out ulong power)) continue;
            if (IsSignedBy(header, signature, members[i])) signed += power;
        }
        return signed * 3 > trusted.Validators.TotalPower;
    }

    private static bool IsSignedBy(ExtendedHeader header, CommitSignature signature, CelestiaValidator member) =>
        signature.Address.Span.SequenceEqual(member.Address())
        && Ed25519.Verify(header.Commit.SignBytes(header.Header.ChainId, signature.Time), signature.Signature.Span, member.PublicKey.Span);

    private static DaVerdict Malformed(string what) => new(DaFault.Header, what);
}
