using Dsdn.Storage.Disk;
using Xunit;

namespace Dsdn.Storage.Tests.Disk;

/// <summary>A disk that somebody else fills while a chunk comes in, so that the system says so and not the store's own count. ext4 takes large files past the cache, tmpfs does not.</summary>
public sealed class FullDiskTests
{
    private const int ChunkBytes = 8 << 20;

    [Theory]
    [InlineData("tmpfs", ChunkBytes / 2)]
    [InlineData("tmpfs", ChunkBytes)]
    [InlineData("ext4", ChunkBytes / 2)]
    [InlineData("ext4", ChunkBytes)]
    public void ChunkThatTheDiskCannotTakeIsRefusedAndLeavesNothing(string fileSystem, int filledAfter)
    {
        using MountedDisk? mounted = MountedDisk.TryMount(fileSystem, 48);
        if (mounted is null) Assert.Skip($"{fileSystem} cannot be mounted here");
        TestClock clock = new();
        byte[] before = Sample.Content(1, ChunkBytes), late = Sample.Content(2, ChunkBytes);
        ChunkPut put = Sample.Put(late);
        ChunkKey stored;
        using (ChunkStore store = Sample.Open(Open(mounted), clock))
        {
            stored = Sample.Store(store, before);
            Assert.Equal(StoreVerdict.Done, store.TryBegin(put, out ChunkWriter? writer));
            Assert.NotNull(writer);
            Assert.Equal(StoreFault.Full, Write(writer, late, filledAfter, mounted.Fill).Fault);
            writer.Dispose();
            Assert.False(store.TryFind(put.Key, out _));
            Assert.Equal(0, store.Resumable(put.Key));
            Assert.Equal(before, Sample.Read(store, stored));
            Assert.Equal(StoreFault.Full, Sample.TryStore(store, put, late).Fault); // nor is it begun
        }
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(mounted.Path, "chunks", "incoming")));
        using (ChunkStore again = Sample.Open(Open(mounted), clock))
        {
            Assert.Equal(before, Sample.Read(again, stored));
            Assert.False(again.TryFind(put.Key, out _));
            mounted.Free();
            Assert.Equal(StoreVerdict.Done, Sample.TryStore(again, put, late));
            Assert.Equal(late, Sample.Read(again, put.Key));
        }
    }

    private static FolderDisk Open(MountedDisk mounted)
    {
        Assert.Equal(StoreVerdict.Done, FolderDisk.TryOpen(Path.Combine(mounted.Path, "chunks"), out FolderDisk? disk));
        return disk ?? throw new InvalidOperationException("not opened");
    }

    private static StoreVerdict Write(ChunkWriter writer, byte[] content, int filledAfter, Action fill)
    {
        const int Piece = 64 << 10;
        for (int at = 0; at < content.Length; at += Piece)
        {
            if (at == filledAfter) fill();
            if (writer.Write(content.AsSpan(at, Piece)) is { IsDone: false } refused) return refused;
        }
        if (filledAfter == content.Length) fill();
        return writer.Complete(out _, out _);
    }
}
