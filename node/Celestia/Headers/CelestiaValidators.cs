using System.Security.Cryptography;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Headers;

/// <param name="PublicKey">Ed25519, 32 bytes.</param>
public sealed record CelestiaValidator(ReadOnlyMemory<byte> PublicKey, ulong Power)
{
    public const int AddressBytes = 20;

    /// <summary>The first 20 bytes of the key's SHA-256.</summary>
    public byte[] Address() => SHA256.HashData(PublicKey.Span)[..AddressBytes];

    /// <summary>SimpleValidator {pub_key = 1 {ed25519 = 1}, voting_power = 2}.</summary>
    internal byte[] Encode() => new ProtobufWriter()
        .Message(1, new ProtobufWriter().Bytes(1, PublicKey.Span).ToArray())
        .Varint(2, Power)
        .ToArray();
}

/// <summary>A validator set of CometBFT in its own order.</summary>
public sealed class CelestiaValidators
{
    /// <summary>CometBFT's MaxTotalVotingPower.</summary>
    public const ulong TotalPowerMax = long.MaxValue / 8;

    private CelestiaValidators(IReadOnlyList<CelestiaValidator> members, ulong totalPower) => (Members, TotalPower) = (members, totalPower);

    public IReadOnlyList<CelestiaValidator> Members { get; }

    public ulong TotalPower { get; }

    /// <param name="validators">Null where the list is refused.</param>
    public static DaVerdict TryCreate(IReadOnlyList<CelestiaValidator> members, out CelestiaValidators? validators)
    {
        validators = null;
        if (members.Count is 0 or > DaLimits.ValidatorsMax) return new DaVerdict(DaFault.Header, $"{members.Count} validators");
        ulong total = 0;
        SortedSet<Hash256> keys = [];
        foreach (CelestiaValidator member in members)
        {
            if (member.PublicKey.Length != Ed25519.PublicKeySize) return new DaVerdict(DaFault.Header, $"a key of {member.PublicKey.Length} bytes");
            if (!keys.Add(new Hash256(member.PublicKey.Span))) return new DaVerdict(DaFault.Header, "a validator stands twice in the set");
            if (member.Power == 0 || member.Power > TotalPowerMax - total) return new DaVerdict(DaFault.Header, $"a voting power of {member.Power}");
            total += member.Power;
        }
        validators = new CelestiaValidators(members, total);
        return DaVerdict.Valid;
    }

    /// <summary>The RFC 6962 root over the members.</summary>
    public Hash256 Hash() => Sha256Tree.Root([.. Members.Select(member => Sha256Tree.Leaf(member.Encode()))]);
}
