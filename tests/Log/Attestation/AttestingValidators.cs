using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Tests.Attestation;

/// <summary>Validators with real keys, known by name.</summary>
internal sealed class AttestingValidators
{
    public const ulong ChainId = 17_847;

    private readonly byte[][] _seeds;

    /// <param name="names">The keys; equal names are the same validator in two sets.</param>
    public AttestingValidators(string[] names, ulong[] powers)
    {
        _seeds = [.. names.Select(name => SHA256.HashData(Encoding.ASCII.GetBytes(name)))];
        Set = new ValidatorSet([.. powers.Select((power, i) => new Validator(Address.FromNumber((ushort)(i + 1)), PublicOf(_seeds[i]), power, Address.Zero))]);
    }

    public AttestingValidators(params ulong[] powers) : this([.. powers.Select((_, i) => $"validator {i}")], powers)
    {
    }

    public ValidatorSet Set { get; }

    public DaStatement Statement(ulong seq, ulong epoch = 1, string core = "core") => new(
        ChainId, epoch, BlockHashes.Validators(Set), seq, Hash($"{core} {seq}"), new byte[29], 0, 500, Hash("sha"), Hash("commitment"), Hash("chunks"), 1_000, 1_000 + DaStatement.KeptMs);

    public LogAnchor Anchor(ulong seq, ulong epoch = 1, string root = "root") => new(ChainId, epoch, BlockHashes.Validators(Set), seq, Hash($"core {seq}"), Hash(root), 0, Hash256.Zero);

    public byte[] Sign(int index, byte[] message)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, _seeds[index], signature);
        return signature;
    }

    public ReadOnlyMemory<byte> Key(int index) => Set.Validators[index].ConsensusKey;

    public static Hash256 Hash(string text) => Keccak.Hash(Encoding.ASCII.GetBytes(text));

    private static byte[] PublicOf(byte[] seed)
    {
        byte[] key = new byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(seed, key);
        return key;
    }
}
