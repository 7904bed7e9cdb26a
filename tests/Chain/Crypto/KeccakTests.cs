using System.Text.Json;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Crypto;

public class KeccakTests
{
    public static TheoryData<KeccakPath> Paths => [KeccakPath.Scalar, KeccakPath.FourLanes, KeccakPath.EightLanes];

    [Fact]
    public void EmptyInputHasTheDigestEveryEthereumToolKnows() =>
        Assert.Equal("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", Keccak.OfEmpty.ToString());

    [Fact]
    public void VectorKnownAnswersOfKeccak256()
    {
        int checkedCases = 0;
        foreach (JsonElement test in Vectors.Json("keccak256-shortmsg.json").GetProperty("tests").EnumerateArray())
        {
            byte[] message = Convert.FromHexString(test.GetProperty("msg").GetString()!);
            Assert.Equal(test.GetProperty("md").GetString(), Keccak.Hash(message).ToString()[2..], ignoreCase: true);
            checkedCases++;
        }
        Assert.True(checkedCases > 100);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void EveryLengthHasTheSameDigestOnEveryPath(KeccakPath path)
    {
        Random random = new(7);
        byte[] packed = new byte[200_000];
        random.NextBytes(packed);
        int[] lengths = [.. Enumerable.Range(0, 420).Concat([135, 136, 137, 543, 544, 545, 4_351, 4_352, 9_000]).OrderBy(_ => random.Next())];
        int[] offsets = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++) offsets[i + 1] = offsets[i] + lengths[i];
        Hash256[] digests = new Hash256[lengths.Length];
        KeccakBatch.Hash(packed, offsets, digests, path);
        for (int i = 0; i < lengths.Length; i++) Assert.Equal(Keccak.Hash(packed.AsSpan(offsets[i], lengths[i])), digests[i]);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void EveryBatchSizeFillsItsLanesAndNoOther(KeccakPath path)
    {
        byte[] packed = new byte[20 * 532];
        new Random(11).NextBytes(packed);
        for (int count = 0; count <= 20; count++)
        {
            int[] offsets = [.. Enumerable.Range(0, count + 1).Select(i => i * 532)];
            Hash256[] digests = new Hash256[count + 1];
            KeccakBatch.Hash(packed, offsets, digests, path);
            for (int i = 0; i < count; i++) Assert.Equal(Keccak.Hash(packed.AsSpan(i * 532, 532)), digests[i]);
            Assert.Equal(Hash256.Zero, digests[count]);
        }
    }

    /// <summary>The eight-lane path runs without AVX-512 too, but then not through these tables.</summary>
    [Fact]
    public void TruthTablesOfTheEightLanePathSayWhatTheirNamesSay()
    {
        for (int inputs = 0; inputs < 8; inputs++)
        {
            int a = inputs >> 2, b = (inputs >> 1) & 1, c = inputs & 1;
            Assert.Equal(a ^ b ^ c, (EightWords.XorOfThree >> inputs) & 1);
            Assert.Equal(a ^ ((b ^ 1) & c), (EightWords.FirstXorNotSecondAndThird >> inputs) & 1);
        }
    }

    [Fact]
    public void PartsHashLikeTheirConcatenation()
    {
        byte[] message = new byte[600];
        new Random(3).NextBytes(message);
        for (int cut = 0; cut <= message.Length; cut += 7)
            Assert.Equal(Keccak.Hash(message), Keccak.Hash(message.AsSpan(0, cut), message.AsSpan(cut)));
    }

    [Fact]
    public void OffsetsOutsideThePackedBytesAreRefused()
    {
        Hash256[] digests = new Hash256[2];
        Assert.Throws<ArgumentException>(() => KeccakBatch.Hash(new byte[4], [0, 5], digests));
        Assert.Throws<ArgumentException>(() => KeccakBatch.Hash(new byte[4], [3, 2], digests));
        Assert.Throws<ArgumentException>(() => KeccakBatch.Hash(new byte[4], [0, 1, 2, 3], digests));
    }

    [Fact]
    public void EveryDomainHasItsOwnTagOf32Bytes()
    {
        HashSet<string> tags = [];
        foreach (HashDomain domain in Enum.GetValues<HashDomain>())
        {
            Assert.Equal(32, DomainTag.Of(domain).Length);
            Assert.Matches("^DSDN(/[a-z-]+)+/[0-9]+$", DomainTag.Text(domain));
            Assert.True(tags.Add(DomainTag.Text(domain)));
            byte[] preimage = [.. DomainTag.Of(domain), 1, 2, 3];
            Assert.Equal(Keccak.Hash(preimage), Keccak.Hash(domain, [1, 2, 3]));
        }
    }
}
