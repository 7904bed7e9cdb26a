using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Node.Archive;

namespace Dsdn.Node.Tests.Archive;

/// <summary>The bytes of batches through restarts, torn writes and damage.</summary>
public sealed class BatchArchiveTests
{
    [Fact]
    public void WhatWasAppendedIsThereAfterOpeningAgain()
    {
        using ArchiveFolder folder = new();
        using (BatchArchive archive = BatchArchive.Open(folder.Path))
        {
            Assert.Equal((0UL, 0UL), (archive.First, archive.Head));
            for (ulong seq = 1; seq <= 5; seq++) archive.Append(seq, Batch(seq));
            archive.Append(5, Batch(5));
            archive.Append([(6, Batch(6)), (7, Batch(7))]);
            Assert.Equal(ArchiveException.Gap, Assert.Throws<ArchiveException>(() => archive.Append(9, Batch(9))).Code);
            Assert.Equal(ArchiveException.Gap, Assert.Throws<ArchiveException>(() => archive.Append(7, Batch(8))).Code);
        }
        using BatchArchive again = BatchArchive.Open(folder.Path);
        Assert.Equal((1UL, 7UL), (again.First, again.Head));
        Assert.Equal(Batch(3), again.Read(3));
        Assert.Null(again.Read(8));
        Assert.Null(again.Read(0));
        Assert.Equal([3UL, 4UL, 5UL], again.Range(3, 5).Select(batch => batch.Seq));
        Assert.Equal(7, again.Range(0, ulong.MaxValue).Count());
    }

    [Fact]
    public void TornTailIsCutAndWrittenAgain()
    {
        using ArchiveFolder folder = new();
        using (BatchArchive archive = BatchArchive.Open(folder.Path))
            for (ulong seq = 1; seq <= 3; seq++) archive.Append(seq, Batch(seq));
        byte[] whole = File.ReadAllBytes(folder.Segment(1));
        int last = 16 + Batch(3).Length;
        for (int cut = 1; cut <= last; cut += 7)
        {
            File.WriteAllBytes(folder.Segment(1), whole[..^cut]);
            using BatchArchive archive = BatchArchive.Open(folder.Path);
            Assert.Equal(2UL, archive.Head);
            archive.Append(3, Batch(3));
            Assert.Equal(Batch(3), archive.Read(3));
        }
        File.WriteAllBytes(folder.Segment(1), [.. whole, .. new byte[40]]); // allocated, and the power went
        using BatchArchive zeros = BatchArchive.Open(folder.Path);
        Assert.Equal(3UL, zeros.Head);
    }

    [Fact]
    public void FlippedByteIsFoundWhenItIsRead()
    {
        using ArchiveFolder folder = new();
        using BatchArchive archive = BatchArchive.Open(folder.Path);
        archive.Append([(1, Batch(1)), (2, Batch(2))]);
        byte[] bytes;
        using (FileStream file = new(folder.Segment(1), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            file.Position = 20;
            file.WriteByte((byte)(bytes[20] ^ 1));
        }
        Assert.Equal(ArchiveException.Damaged, Assert.Throws<ArchiveException>(() => archive.Read(1)).Code);
        Assert.Equal(Batch(2), archive.Read(2));
    }

    [Fact]
    public void OnlyOneProcessWritesAndOthersRead()
    {
        using ArchiveFolder folder = new();
        using BatchArchive archive = BatchArchive.Open(folder.Path);
        archive.Append(1, Batch(1));
        Assert.Equal(ArchiveException.Busy, Assert.Throws<ArchiveException>(() => BatchArchive.Open(folder.Path)).Code);
        using BatchArchive reader = BatchArchive.OpenToRead(folder.Path);
        Assert.Equal(Batch(1), reader.Read(1));
        Assert.Throws<InvalidOperationException>(() => reader.Append(2, Batch(2)));
        archive.Append(2, Batch(2));
        Assert.Equal(1UL, reader.Head);
    }

    [Fact]
    public void FullSegmentsAreFollowedByOthersAndOpenFromTheirIndex()
    {
        using ArchiveFolder folder = new();
        byte[] large = new byte[1 << 20];
        using (BatchArchive archive = BatchArchive.Open(folder.Path))
        {
            for (ulong seq = 10; seq < 140; seq += 10) archive.Append([.. Enumerable.Range((int)seq, 10).Select(i => ((ulong)i, Large(large, i)))]);
            Assert.Equal((10UL, 139UL), (archive.First, archive.Head));
        }
        string[] segments = [.. Directory.GetFiles(folder.Path, "*.seg").Order()];
        Assert.Equal(3, segments.Length);
        Assert.Equal(2, Directory.GetFiles(folder.Path, "*.idx").Length);
        using (BatchArchive indexed = BatchArchive.Open(folder.Path)) Assert.True(Large(large, 75).Span.SequenceEqual(indexed.Read(75)));
        foreach (string index in Directory.GetFiles(folder.Path, "*.idx")) File.WriteAllBytes(index, [1, 2, 3]);
        using (BatchArchive scanned = BatchArchive.Open(folder.Path)) Assert.Equal((10UL, 139UL), (scanned.First, scanned.Head));
        File.Delete(segments[1]);
        Assert.Equal(ArchiveException.Damaged, Assert.Throws<ArchiveException>(() => BatchArchive.Open(folder.Path)).Code);
    }

    [Fact]
    public void PointersAndCertificatesAreKeptOnce()
    {
        using ArchiveFolder folder = new();
        QuorumPointer quorum = new(Word(1));
        CelestiaPointer celestia = new(9, new byte[29], 0, Word(2), 10, Word(3));
        DaCertificate certificate = new(new DaStatement(1, 0, Word(4), 7, Word(5), new byte[29], 0, 10, Word(3), Word(2), Word(6), 1, 1 + DaStatement.KeptMs), new byte[] { 1 }, [new byte[64]]);
        using (BatchArchive archive = BatchArchive.Open(folder.Path))
        {
            archive.PutPointer(7, quorum);
            archive.PutPointer(7, celestia);
            archive.PutPointer(7, quorum);
            archive.PutCertificate(7, certificate);
        }
        using BatchArchive again = BatchArchive.Open(folder.Path);
        Assert.Equal([DaTier.Quorum, DaTier.Celestia], again.Pointers(7).Select(pointer => pointer.Tier));
        Assert.Equal(certificate.Hash, again.Certificate(7)?.Hash);
        Assert.Empty(again.Pointers(8));
        Assert.Null(again.Certificate(8));
    }

    private static Hash256 Word(byte value)
    {
        byte[] bytes = new byte[32];
        bytes[31] = value;
        return new Hash256(bytes);
    }

    private static ReadOnlyMemory<byte> Large(byte[] template, int number)
    {
        byte[] bytes = [.. template];
        bytes[number] = 1;
        return bytes;
    }

    private static byte[] Batch(ulong seq) => [.. Enumerable.Range(0, 50 + (int)seq).Select(i => (byte)(i * (int)seq))];
}
