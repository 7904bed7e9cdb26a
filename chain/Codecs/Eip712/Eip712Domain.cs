using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Eip712;

/// <summary>The domain of a contract's typed messages (EIP-712, "Definition of domainSeparator"). Absent fields are not part of it.</summary>
public sealed record Eip712Domain
{
    public string? Name { get; init; }

    public string? Version { get; init; }

    public ulong? ChainId { get; init; }

    public Address? VerifyingContract { get; init; }

    public Hash256? Salt { get; init; }

    /// <summary>hashStruct(domain).</summary>
    public Hash256 Separator()
    {
        Eip712StructHasher hasher = new(Keccak.Hash(Encoding.ASCII.GetBytes(TypeText())));
        if (Name is not null) hasher.AddString(Name);
        if (Version is not null) hasher.AddString(Version);
        if (ChainId is ulong chainId) hasher.Add(chainId);
        if (VerifyingContract is Address contract) hasher.Add(contract);
        if (Salt is Hash256 salt) hasher.Add(salt);
        return hasher.Finish();
    }

    private string TypeText()
    {
        List<string> fields = [];
        if (Name is not null) fields.Add("string name");
        if (Version is not null) fields.Add("string version");
        if (ChainId is not null) fields.Add("uint256 chainId");
        if (VerifyingContract is not null) fields.Add("address verifyingContract");
        if (Salt is not null) fields.Add("bytes32 salt");
        return "EIP712Domain(" + string.Join(',', fields) + ")";
    }
}
