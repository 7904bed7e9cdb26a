using Dsdn.Chain.Blocks;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.LightClient;

public sealed class LightVerifierTests
{
    private static readonly int[] Four = [1, 2, 3, 4];
    private static readonly LightOptions Options = LightChain.Options;

    private static LightVerdict Verify(LightBlock trusted, LightBlock block, ulong? nowMs = null, LightOptions? options = null) =>
        LightVerifier.Verify(trusted, block, options ?? Options, nowMs ?? block.TimeMs);

    [Fact]
    public void TheNextBlockAndALaterOneOfTheSameSetVerify()
    {
        var chain = new LightChain(50, _ => Four);
        Assert.Equal(LightVerdict.Valid, LightVerifier.CheckTrusted(chain[1], 1, chain[1].Hash, Options));
        Assert.Equal(LightVerdict.Valid, Verify(chain[1], chain[2]));
        Assert.Equal(LightVerdict.Valid, Verify(chain[1], chain[50]));
    }

    [Fact]
    public void AnotherBlockThanTheTrustedOneIsRefused()
    {
        var chain = new LightChain(3, _ => Four);
        Assert.Equal(LightFault.WrongHash, LightVerifier.CheckTrusted(chain[2], 2, chain[1].Hash, Options).Fault);
        Assert.Equal(LightFault.WrongHash, LightVerifier.CheckTrusted(chain[2], 1, chain[2].Hash, Options).Fault);
    }

    [Fact]
    public void TheNextBlockMustBeByTheNamedSet()
    {
        var chain = new LightChain(1, _ => Four);
        LightBlock usurped = LightChain.Make(2, chain[1].Hash, LightChain.Set(1, 2, 3, 5), LightChain.Set(1, 2, 3, 5), 0);
        Assert.Equal(LightFault.Validators, Verify(chain[1], usurped).Fault);
    }

    [Fact]
    public void ExactlyAThirdOfTheTrustedPowerIsNotEnough()
    {
        var chain = new LightChain(1, _ => [1, 2, 3]);
        LightBlock third = LightChain.Make(9, chain[1].Hash, LightChain.Set(1, 7, 8, 9), LightChain.Set(1), 0);
        Assert.Equal(LightFault.NotEnoughTrust, Verify(chain[1], third).Fault);
        LightBlock twoThirds = LightChain.Make(9, chain[1].Hash, LightChain.Set(1, 2, 8, 9), LightChain.Set(1), 0);
        Assert.Equal(LightVerdict.Valid, Verify(chain[1], twoThirds));
    }

    [Fact]
    public void AValidatorRepeatedInAMadeUpSetCountsOnce()
    {
        var chain = new LightChain(1, _ => [1, 2, 3, 4, 5, 6]);
        LightBlock repeated = LightChain.Make(9, chain[1].Hash, LightChain.Set(1, 1, 1, 1), LightChain.Set(1), 0);
        Assert.Equal(LightFault.NotEnoughTrust, Verify(chain[1], repeated).Fault);
    }

    [Fact]
    public void ATrustedThirdWithoutTwoThirdsOfTheNewSetIsRefused()
    {
        var chain = new LightChain(1, _ => Four);
        LightBlock weak = LightChain.Make(9, chain[1].Hash, LightChain.Set(1, 2, 3, 4, 5, 6), LightChain.Set(1), 0, signers: 4); // 4 of 6 is exactly two thirds
        Assert.Equal(LightFault.Certificate, Verify(chain[1], weak).Fault);
    }

    [Fact]
    public void AForgedSignatureIsRefused()
    {
        var chain = new LightChain(9, _ => Four);
        byte[] forged = chain[9].Certificate.Signatures[0].ToArray();
        forged[7] ^= 4;
        LightBlock block = chain[9] with { Certificate = chain[9].Certificate with { Signatures = [forged, .. chain[9].Certificate.Signatures.Skip(1)] } };
        Assert.Equal(LightFault.Certificate, Verify(chain[1], block).Fault);
    }

    [Fact]
    public void TrustEndsExactlyWithItsPeriod()
    {
        var chain = new LightChain(3, _ => Four);
        ulong end = chain[1].TimeMs + Options.TrustPeriodMs;
        Assert.Equal(LightVerdict.Valid, Verify(chain[1], chain[2], end - 1));
        Assert.Equal(LightFault.Expired, Verify(chain[1], chain[2], end).Fault);
    }

    [Fact]
    public void ABlockFromTheFutureIsRefusedBeyondTheDrift()
    {
        var chain = new LightChain(3, _ => Four);
        Assert.Equal(LightVerdict.Valid, Verify(chain[1], chain[3], chain[3].TimeMs - Options.ClockDriftMs));
        Assert.Equal(LightFault.Future, Verify(chain[1], chain[3], chain[3].TimeMs - Options.ClockDriftMs - 1).Fault);
    }

    [Fact]
    public void NothingGoesBackwards()
    {
        var chain = new LightChain(3, _ => Four);
        Assert.Equal(LightFault.Order, Verify(chain[2], chain[2]).Fault);
        Assert.Equal(LightFault.Order, Verify(chain[3], chain[2]).Fault);
    }

    [Fact]
    public void AnotherChainOrGenesisIsRefused()
    {
        var chain = new LightChain(3, _ => Four);
        Assert.Equal(LightFault.Malformed, Verify(chain[1], chain[3], options: Options with { ChainId = 1 }).Fault);
        Assert.Equal(LightFault.Certificate, Verify(chain[1], chain[3], options: Options with { GenesisHash = Hash256.Zero }).Fault);
    }

    [Fact]
    public void EveryFlippedBitOfALightBlockIsRefused()
    {
        var chain = new LightChain(8, _ => [1, 2, 3]);
        byte[] bytes = chain[8].Encode();
        Assert.True(LightBlock.TryDecode(bytes, out LightBlock? decoded));
        Assert.Equal(bytes, decoded.Encode());
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] flipped = (byte[])bytes.Clone();
            flipped[bit >> 3] ^= (byte)(1 << (bit & 7));
            if (!LightBlock.TryDecode(flipped, out LightBlock? block)) continue;
            bool refused = block.Height != 8 || block.Hash != chain[8].Hash || !Verify(chain[1], block, chain[8].TimeMs).IsValid;
            Assert.True(refused, $"bit {bit}");
        }
    }

    [Fact]
    public void TruncatedAndExtendedBytesDoNotDecode()
    {
        byte[] bytes = new LightChain(1, _ => [1])[1].Encode();
        Assert.False(LightBlock.TryDecode(bytes.AsSpan(0, bytes.Length - 1), out _));
        Assert.False(LightBlock.TryDecode([.. bytes, 0], out _));
        Assert.False(LightBlock.TryDecode([], out _));
    }
}
