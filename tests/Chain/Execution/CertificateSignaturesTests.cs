using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>What a node already verified in the certificate it decided by is not verified again in the next block, and nothing else is believed for that.</summary>
public class CertificateSignaturesTests
{
    private const ulong ChainId = 17_847;
    private static readonly Hash256 Genesis = new([.. Enumerable.Repeat((byte)3, 32)]);
    private static readonly Hash256 Block = new([.. Enumerable.Repeat((byte)4, 32)]);
    private static readonly ValidatorSet Set = new([.. Enumerable.Range(0, 4).Select(i => new Validator(Address.FromNumber((ushort)(i + 1)), Key(i), 10, Address.FromNumber((ushort)(i + 1))))]);

    [Fact]
    public void ALateSignatureIsVerifiedAndTheOthersAreKnown() => Assert.Null(Check(Certify(0b1111), Certify(0b0111)));

    [Fact]
    public void ALateForgedSignatureIsRefused() => Assert.NotNull(Check(With(Certify(0b1111), 3, new byte[64]), Certify(0b0111)));

    [Fact]
    public void AKnownSignatureUnderAnotherNameIsRefused()
    {
        Certificate known = Certify(0b0111);
        Assert.NotNull(Check(With(Certify(0b1111), 3, known.Signatures[0].ToArray()), known));
        Assert.NotNull(Check(With(Certify(0b0111), 1, known.Signatures[0].ToArray()), known));
    }

    [Fact]
    public void ASignatureOfAnotherRoundProvesNothing()
    {
        Certificate known = Certify(0b0111, round: 1);
        Assert.NotNull(Check(known with { Round = 0 }, known));
    }

    [Fact]
    public void OtherSignersThanTheKnownOnesAreFound() => Assert.Null(Check(Certify(0b1110), Certify(0b0111)));

    private static string? Check(Certificate certificate, Certificate verified) => CertificateRules.CheckSignatures(certificate, ChainId, Genesis, Set, verified);

    private static Certificate With(Certificate certificate, int index, byte[] signature)
    {
        ReadOnlyMemory<byte>[] signatures = [.. certificate.Signatures];
        signatures[index] = signature;
        return certificate with { Signatures = signatures };
    }

    private static Certificate Certify(byte signers, uint round = 0)
    {
        byte[] message = SignBytes.Precommit(ChainId, Genesis, 7, round, Block);
        return new Certificate(7, round, Block, new[] { signers }, [.. Enumerable.Range(0, 4).Where(i => (signers >> i & 1) != 0).Select(i => Sign(i, message))]);
    }

    private static ReadOnlyMemory<byte> Sign(int validator, byte[] message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(message, Seed(validator), signature);
        return signature;
    }

    private static byte[] Key(int validator)
    {
        byte[] key = new byte[32];
        Ed25519.PublicKey(Seed(validator), key);
        return key;
    }

    private static byte[] Seed(int validator) => [.. Enumerable.Repeat((byte)(validator + 1), 32)];
}
