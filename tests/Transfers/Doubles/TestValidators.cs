using System.Security.Cryptography;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Transfers.Network;

namespace Dsdn.Transfers.Tests.Doubles;

/// <summary>Four validators of one power, who sign what a test wants, and the chain that knows them.</summary>
internal sealed class TestValidators : IValidatorSets
{
    private readonly byte[][] _seeds = [.. Enumerable.Range(0, 4).Select(static _ => RandomNumberGenerator.GetBytes(32))];

    public TestValidators() => Set = new ValidatorSet([.. _seeds.Select(static (seed, i) => new Validator(Address.Parse($"0x{i + 1:x40}"), KeyOf(seed), 100, Address.Zero))]);

    public ValidatorSet Set { get; }

    /// <summary>What the chain was asked for.</summary>
    public int Asked { get; private set; }

    public DaStatement Statement(ulong chainId, ulong seq)
    {
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return new DaStatement(chainId, 0, BlockHashes.Validators(Set), seq, Hash256.Zero, new byte[29], 0, 1, Hash256.Zero, Hash256.Zero, Hash256.Zero, now, now + DaStatement.KeptMs);
    }

    /// <param name="signers">Of them, in the order of the set.</param>
    public byte[] Certify(DaStatement statement, params int[] signers) =>
        DaCertificateCodec.Encode(new DaCertificate(statement, new[] { (byte)signers.Sum(static i => 1 << i) }, [.. signers.Select(i => (ReadOnlyMemory<byte>)Sign(i, statement.Message))]));

    public Task<ValidatorSet?> FindAsync(Hash256 setHash, CancellationToken cancel)
    {
        Asked++;
        return Task.FromResult(setHash == BlockHashes.Validators(Set) ? Set : null);
    }

    private byte[] Sign(int validator, byte[] message)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, _seeds[validator], signature);
        return signature;
    }

    private static byte[] KeyOf(byte[] seed)
    {
        byte[] key = new byte[32];
        Ed25519.PublicKey(seed, key);
        return key;
    }
}
