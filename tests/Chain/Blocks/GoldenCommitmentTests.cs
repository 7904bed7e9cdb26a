using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Blocks;

/// <summary>
/// Hashes of <see cref="Samples"/> that were computed outside this code base, from the written formats alone. A change of
/// one of them breaks every chain that exists.
/// </summary>
public sealed class GoldenCommitmentTests
{
    [Fact]
    public void BlockHash() => Is("0x193227798337c50a77aecef516f6fb26db1cf33367610e1f753b2e070c419e85", HeaderCodec.Hash(Samples.Header()));

    [Fact]
    public void ExtraDataOfTheConsensusHeader() =>
        Is("0x90f15caefc9666d91efc2c1ceb16a35131383c347b4bb578c803f7703135dcfa", BlockHashes.ExtraData(Samples.Consensus()));

    [Fact]
    public void LastCommit() => Is("0x402219f6f48701cf5763ad0ac2582c905d564d39aa5da76d789a7809b21e1572", BlockHashes.LastCommit(Samples.Certificate()));

    [Fact]
    public void Validators() => Is(
        "0xe0ac12af3c758656f20924942e2cf741158b823b86f1515a32978c1944813616",
        BlockHashes.Validators(new ValidatorSet([
            new Validator(Address.FromNumber(1), new byte[32], 60_000, Address.FromNumber(1)),
            new Validator(Address.FromNumber(2), Enumerable.Repeat((byte)9, 32).ToArray(), 50_000, Address.FromNumber(3)),
        ])));

    [Fact]
    public void ModuleRoots() => Is(
        "0x8ebbb24c4e58467e46d34d92ada2a1a53e7c40b0d6f22648841b50b1c4850bfd",
        BlockHashes.ModuleRoots([.. Enumerable.Range(0, 16).Select(i => Samples.Hash((byte)i))]));

    [Fact]
    public void Parameters()
    {
        Assert.Equal(
            "0xe5018401c9c38083e4e1c0834000008401000000830200008203e8843b9aca00083c82ea603c", Hex.Encode(ChainParamsCodec.Encode(Samples.Params())));
        Is("0xd2362631788fee409ee3d722a880a46325ffc1e1ed9c2c85894461daee9ff3c1", BlockHashes.Params(Samples.Params()));
    }

    [Fact]
    public void PrecommitSignBytes() => Is(
        "0xfe07a8ab3b4b1cf972c7830bf6783d2d2421a6f210f30b1bbc5f901e053f76b2",
        Keccak.Hash(SignBytes.Precommit(17847, Samples.Hash(1), 42, 3, Samples.Hash(2))));

    private static void Is(string expected, Hash256 actual) => Assert.Equal(expected, actual.ToString());
}
