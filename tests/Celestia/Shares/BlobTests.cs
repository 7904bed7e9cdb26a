using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;

namespace Dsdn.Celestia.Tests.Shares;

public sealed class BlobTests
{
    private static readonly Namespace Mine = Sample.User(5, 5);

    [Fact]
    public void BlobsOfEveryLengthComeBackFromTheirShares()
    {
        foreach (byte version in (byte[])[ShareFormat.Version0, ShareFormat.Version1])
        {
            foreach (int length in (int[])[1, 457, 458, 459, 477, 478, 479, 939, 940, 941, 959, 960, 961, 5_000])
            {
                Blob blob = Sample.Blob(Mine, Sample.Bytes(length), version, version == 0 ? null : Sample.Bytes(20, 2));
                Sample.AssertValid(BlobReader.Read(Mine, BlobWriter.Write(blob), out IReadOnlyList<SharedBlob> found));
                SharedBlob read = Assert.Single(found);
                Assert.Equal((0, blob.ShareCount), (read.FirstShare, read.ShareCount));
                Assert.Equal(blob.Data.ToArray(), read.Blob.Data.ToArray());
                Assert.Equal(blob.Signer.ToArray(), read.Blob.Signer.ToArray());
                Assert.Equal(version, read.Blob.ShareVersion);
            }
        }
    }

    [Fact]
    public void LargestBlobHasItsCommitmentAndALargerOneIsRefused()
    {
        Blob blob = Sample.Blob(Mine, new byte[DaLimits.BlobBytesMax]);
        Assert.Equal(17_404, blob.ShareCount);
        byte[] shares = BlobWriter.Write(blob), leaves = new byte[blob.ShareCount * 90];
        Dsdn.Celestia.Nmt.NmtHash.Leaves(Mine, shares, leaves);
        Assert.Equal(ShareCommitment.OfLeaves(leaves), ShareCommitment.Of(blob));
        Sample.AssertValid(BlobReader.Read(Mine, shares, out IReadOnlyList<SharedBlob> found));
        Assert.Equal(DaLimits.BlobBytesMax, Assert.Single(found).Blob.Data.Length);
        Assert.Equal("DSDN-E-DA-BLOB", Blob.TryCreate(Mine, new byte[DaLimits.BlobBytesMax + 1], out _).Code);
    }

    [Fact]
    public void BlobsAgainstTheRulesAreRefused()
    {
        Assert.Equal(DaFault.Blob, Blob.TryCreate(Mine, default, out _).Fault);
        Assert.Equal(DaFault.Namespace, Blob.TryCreate(Namespace.Transactions, new byte[1], out _).Fault);
        Assert.Equal(DaFault.Blob, Blob.TryCreate(Mine, new byte[1], 0, new byte[20], out _).Fault);
        Assert.Equal(DaFault.Blob, Blob.TryCreate(Mine, new byte[1], 1, new byte[19], out _).Fault);
        Assert.Equal(DaFault.Blob, Blob.TryCreate(Mine, new byte[37], 2, new byte[20], out _).Fault);
        Assert.Equal(DaFault.Blob, Blob.TryCreate(Mine, new byte[1], 3, default, out _).Fault);
    }

    [Fact]
    public void PaddingBetweenBlobsIsSkipped()
    {
        byte[] padding = new byte[ShareFormat.Bytes], blob = BlobWriter.Write(Sample.Blob(Mine, Sample.Bytes(1_000)));
        ShareFormat.WritePadding(Mine, 0, padding);
        Sample.AssertValid(BlobReader.Read(Mine, (byte[])[.. padding, .. blob, .. padding, .. padding, .. blob, .. padding], out IReadOnlyList<SharedBlob> found));
        Assert.Equal([1, 6], found.Select(one => one.FirstShare));
        Sample.AssertValid(BlobReader.Read(Mine, padding, out found));
        Assert.Empty(found);
    }

    [Fact]
    public void SharesThatAreNoSequenceAreNamed()
    {
        byte[] blob = BlobWriter.Write(Sample.Blob(Mine, Sample.Bytes(1_000)));
        Assert.Equal(DaFault.Share, Read(blob[..^1]));
        Assert.Equal(DaFault.Share, Read(blob[..^ShareFormat.Bytes]));
        Assert.Equal(DaFault.Share, Read(blob[ShareFormat.Bytes..]));
        Assert.Equal(DaFault.Share, Read(Changed(0, 1)));
        Assert.Equal(DaFault.Share, Read(Changed(ShareFormat.InfoAt, 0x0f)));
        Assert.Equal(DaFault.Share, Read(Changed(ShareFormat.LengthAt, 0xff)));
        Assert.Equal(DaFault.Share, Read(Changed(ShareFormat.Bytes, 1)));
        Assert.Equal(DaFault.Share, Read(Changed(ShareFormat.Bytes + ShareFormat.InfoAt, 1)));
        Assert.Equal(DaFault.Share, Read(Changed(ShareFormat.Bytes + ShareFormat.InfoAt, 2)));
        Assert.Equal(DaFault.Share, Read(Changed(blob.Length - 1, 1)));
        byte[] padding = new byte[ShareFormat.Bytes];
        ShareFormat.WritePadding(Mine, 0, padding);
        padding[^1] = 1;
        Assert.Equal(DaFault.Share, Read(padding));
        Assert.Equal(DaFault.Namespace, BlobReader.Read(Namespace.PayForBlobs, blob, out _).Fault);

        byte[] Changed(int at, byte value)
        {
            byte[] changed = [.. blob];
            changed[at] ^= value;
            return changed;
        }
    }

    [Fact]
    public void ShareVersionTwoIsReadAndHoldsOneShare()
    {
        Blob blob = Sample.Blob(Mine, Sample.Bytes(36), ShareFormat.Version2, new byte[20]);
        Sample.AssertValid(BlobReader.Read(Mine, BlobWriter.Write(blob), out IReadOnlyList<SharedBlob> found));
        Assert.Equal(ShareFormat.Version2, Assert.Single(found).Blob.ShareVersion);
        byte[] longer = BlobWriter.Write(blob);
        longer[ShareFormat.LengthAt + 3] = 37;
        Assert.Equal(DaFault.Blob, Read(longer));
    }

    [Fact]
    public void UserNamespacesArePaddedOnTheLeft()
    {
        Sample.AssertValid(Namespace.TryUser([1, 2, 3, 4], out Namespace name));
        Assert.Equal("0000000000000000000000000000000000000000000000000001020304", name.ToString());
        Assert.Equal(DaFault.Namespace, Namespace.TryUser([5], out _).Fault);
        Assert.Equal(DaFault.Namespace, Namespace.TryUser([], out _).Fault);
        Assert.Equal(DaFault.Namespace, Namespace.TryUser(new byte[11], out _).Fault);
        Assert.True(Namespace.Transactions < Namespace.PayForBlobs && Namespace.ReservedPadding < name && name < Namespace.TailPadding && Namespace.TailPadding < Namespace.Parity);
    }

    [Fact]
    public void NamespacesOrderAsTheirBytesDo()
    {
        Random random = new(3);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] a = new byte[29], b = new byte[29];
            random.NextBytes(a);
            a.CopyTo(b, 0);
            b[random.Next(29)] = (byte)random.Next(256);
            Assert.Equal(Math.Sign(a.AsSpan().SequenceCompareTo(b)), Math.Sign(new Namespace(a).CompareTo(new Namespace(b))));
            Assert.Equal(a.AsSpan().SequenceEqual(b), new Namespace(a) == new Namespace(b));
            Assert.Equal(b, new Namespace(b).ToArray());
        }
    }

    private static DaFault Read(byte[] shares) => BlobReader.Read(Mine, shares, out _).Fault;
}
