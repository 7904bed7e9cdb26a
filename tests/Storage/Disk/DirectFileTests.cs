using System.Security.Cryptography;
using Dsdn.Chain.Log.Availability;
using Dsdn.Storage.Disk;
using Xunit;

namespace Dsdn.Storage.Tests.Disk;

/// <summary>Large files on a real file system, where writes past the cache have to be whole blocks.</summary>
public sealed class DirectFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("dsdn-direct-").FullName;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(4_096, 4_096)]
    [InlineData(1 << 20, 65_536)]
    [InlineData((1 << 20) + 1, 65_536)]
    [InlineData((3 << 20) + 5_000, 100_003)]
    public void BytesOfAnyLengthAreThereAsTheyWere(int length, int pieceBytes)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);
        using FolderDisk disk = Open();
        using (IDiskFile file = disk.CreateLarge("", "content"))
        {
            for (int at = 0; at < length; at += pieceBytes) file.Write(content.AsSpan(at, Math.Min(pieceBytes, length - at)), at);
            Assert.Equal(length, file.Length);
            file.Sync();
        }
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(_root, "content")));
    }

    [Fact]
    public void WhatComesBehindASyncedRestIsWrittenToo()
    {
        byte[] content = RandomNumberGenerator.GetBytes(2_500_000);
        using FolderDisk disk = Open();
        using (IDiskFile file = disk.CreateLarge("", "content"))
        {
            file.Write(content.AsSpan(0, 1_500_001), 0);
            file.Sync();
            file.Write(content.AsSpan(1_500_001), 1_500_001);
            byte[] read = new byte[100];
            Assert.Equal(100, file.Read(read, 1_499_950));
            Assert.Equal(content[1_499_950..1_500_050], read);
            file.Sync();
        }
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(_root, "content")));
    }

    [Fact]
    public void AFileThatWasCutOffKeepsWhatCame()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1_234_567);
        using FolderDisk disk = Open();
        using (IDiskFile file = disk.CreateLarge("", "content")) file.Write(content, 0);
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(_root, "content")));
    }

    [Fact]
    public void BytesOutOfOrderAreRefused()
    {
        using FolderDisk disk = Open();
        using IDiskFile file = disk.CreateLarge("", "content");
        Assert.Throws<IOException>(() => file.Write([1], 5));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>A long read goes past the cache, by pieces; what it hands out is what a short one does, and is checked as well.</summary>
    [Theory]
    [InlineData(262_144)]
    [InlineData((1 << 20) + 65_537)]
    [InlineData((3 << 20) + 4_097)]
    public void LongReadsFindTheSameBytes(int length)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);
        using FolderDisk disk = Open();
        using ChunkStore store = Sample.Open(disk, TimeProvider.System);
        ChunkKey key = Sample.Store(store, content);
        Assert.True(store.TryRead(key, out ChunkReader? reader).IsDone);
        using (reader)
        {
            reader!.Expect(length);
            byte[] read = new byte[length];
            Assert.True(reader.Read(0, read).IsDone);
            Assert.Equal(content, read);
            uint last = (uint)((length - 1) / ChunkTree.BlockBytes);
            foreach (uint index in (uint[])[last, 0, last])
            {
                Assert.True(reader.ProveBlock(index, out ChunkBlock? block).IsDone);
                Assert.True(block!.IsIn(reader.Identity.Root, (ulong)length));
            }
        }
        string path = Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Single(file => new FileInfo(file).Length > length);
        using (FileStream file = File.OpenWrite(path))
        {
            file.Position = length - 1;
            file.WriteByte((byte)~content[^1]);
        }
        Assert.True(store.TryRead(key, out ChunkReader? spoiled).IsDone);
        using (spoiled)
        {
            spoiled!.Expect(length);
            Assert.Equal(StoreFault.Corrupt, spoiled.Read(0, new byte[length]).Fault);
        }
    }

    private FolderDisk Open()
    {
        Assert.True(FolderDisk.TryOpen(_root, out FolderDisk? disk).IsDone);
        return disk ?? throw new InvalidOperationException();
    }
}
