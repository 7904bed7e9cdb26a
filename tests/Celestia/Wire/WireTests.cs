using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Tests.Wire;

public sealed class WireTests
{
    private static readonly Blob Blob = Sample.Blob(Sample.User(5, 5), Sample.Bytes(300));

    private static readonly byte[] Whole = new BlobTransaction(Sample.Bytes(50), [Blob, Sample.Blob(Sample.User(6, 6), [1], ShareFormat.Version1, new byte[20])]).Encode();

    [Fact]
    public void BlobTransactionsComeBack()
    {
        Sample.AssertValid(BlobTransaction.TryDecode(Whole, out BlobTransaction? read));
        Assert.Equal(Whole, read!.Encode());
        Assert.Equal(2, read.Blobs.Count);
    }

    [Fact]
    public void EveryCutOfABlobTransactionIsRefusedWithoutAnException()
    {
        for (int length = 0; length < Whole.Length; length++) Assert.NotEqual(DaFault.None, BlobTransaction.TryDecode(Whole.AsMemory(0, length), out _).Fault);
    }

    [Fact]
    public void ChangedBytesNeverThrow()
    {
        byte[] pay = Pay().Encode(), wrapper = new IndexWrapper(new byte[9], [1, 300, 70_000]).Encode();
        Random random = new(4);
        for (int i = 0; i < 4_000; i++)
        {
            byte[] changed = [.. i % 3 == 0 ? Whole : i % 3 == 1 ? pay : wrapper];
            for (int n = random.Next(3); n >= 0; n--) changed[random.Next(Math.Min(changed.Length, 100))] = (byte)random.Next(256);
            BlobTransaction.TryDecode(changed, out _);
            PayForBlobs.TryDecode(changed, out _);
            PayForBlobs.TryFind(changed, out _);
            IndexWrapper.TryDecode(changed, out _);
        }
    }

    [Theory]
    [InlineData("")] // nothing
    [InlineData("1a04424c4f42")] // only the type
    [InlineData("0a0101")] // no type
    [InlineData("0a01011a04494e4458")] // another type
    [InlineData("0a01011a04424c4f42")] // no blob
    [InlineData("0a010112001a04424c4f42")] // a blob without a namespace
    [InlineData("0a010112030a01001a04424c4f42")] // a short namespace
    [InlineData("0a01011203180001aa1a04424c4f42")] // a wrong length
    [InlineData("0a0101120b18ffffffffffffffffff7f1a04424c4f42")] // a number beyond 64 bits
    [InlineData("0affffffff0f1a04424c4f42")] // a length beyond the end
    [InlineData("0b01011a04424c4f42")] // a group
    [InlineData("00")] // field 0
    public void MalformedBlobTransactionsAreNamed(string hex) =>
        Assert.Equal("DSDN-E-DA-PROTOBUF", BlobTransaction.TryDecode(Convert.FromHexString(hex), out _).Code);

    [Fact]
    public void BlobsAgainstTheRulesAreRefused()
    {
        byte[] name = Blob.Namespace.ToArray();
        byte[] reserved = [0x0a, 1, 1, 0x12, 33, 0x0a, 28, .. new byte[28], 0x12, 1, 7, 0x1a, 4, .. "BLOB"u8];
        Assert.Equal(DaFault.Namespace, BlobTransaction.TryDecode(reserved, out _).Fault);
        byte[] empty = [0x0a, 1, 1, 0x12, 30, 0x0a, 28, .. name[1..], 0x1a, 4, .. "BLOB"u8];
        Assert.Equal(DaFault.Blob, BlobTransaction.TryDecode(empty, out _).Fault);
    }

    [Fact]
    public void PayingMessagesComeBackAndMustAgreeInTheirCounts()
    {
        PayForBlobs pay = Pay();
        Sample.AssertValid(PayForBlobs.TryDecode(pay.Encode(), out PayForBlobs? read));
        Assert.Equal(pay.Encode(), read!.Encode());
        Assert.Equal(DaFault.Protobuf, PayForBlobs.TryDecode((pay with { BlobSizes = [1] }).Encode(), out _).Fault);
        Assert.Equal(DaFault.Protobuf, PayForBlobs.TryDecode((pay with { Commitments = [] }).Encode(), out _).Fault);
        Assert.Equal(DaFault.Protobuf, PayForBlobs.TryDecode((pay with { Signer = "a b" }).Encode(), out _).Fault);
        Assert.Equal(DaFault.Protobuf, PayForBlobs.TryDecode([], out _).Fault);
    }

    [Fact]
    public void PlacesOfBlobsComeBack()
    {
        Sample.AssertValid(IndexWrapper.TryDecode(new IndexWrapper(new byte[9], [1, 300, 70_000]).Encode(), out IndexWrapper? read));
        Assert.Equal([1u, 300u, 70_000u], read!.ShareIndexes);
        Assert.Equal(DaFault.Protobuf, IndexWrapper.TryDecode(Whole, out _).Fault);
    }

    private static PayForBlobs Pay() => new("celestia1signer", [Blob.Namespace, Blob.Namespace], [300, 1], [Hash256.Zero, Hash256.Zero], [0, 1]);
}
