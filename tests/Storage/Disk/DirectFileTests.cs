using System.Security.Cryptography;
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

    private FolderDisk Open()
    {
        Assert.True(FolderDisk.TryOpen(_root, out FolderDisk? disk).IsDone);
        return disk ?? throw new InvalidOperationException();
    }
}
