using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Accounts;
using Dsdn.DaServer.Storage;

namespace Dsdn.DaServer.Tests.Storage;

public sealed class BlockFilesTests : IDisposable
{
    private const long FileBytesMax = 2_000;

    private readonly string _folder = RunningServer.NewFolder();

    public BlockFilesTests() => Directory.CreateDirectory(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void RecordsAreReadBackFromSeveralFiles()
    {
        List<BlockRecord> written = [];
        using (BlockFiles files = BlockFiles.Open(_folder, FileBytesMax))
        {
            for (ulong height = 1; height <= 20; height++)
            {
                written.Add(Record(height));
                files.Append(written[^1]);
            }
        }
        using BlockFiles again = BlockFiles.Open(_folder, FileBytesMax);
        Assert.True(Directory.GetFiles(_folder).Length > 3);
        Assert.Equal((1ul, 20ul), (again.First, again.Last));
        foreach (BlockRecord record in written) Assert.Equal(record.Encode(), again.Read(record.Height)!.Encode());
        Assert.Null(again.Read(0));
        Assert.Null(again.Read(21));
    }

    [Fact]
    public void PruningDeletesWholeFilesAndIsFoundAfterARestart()
    {
        ulong first;
        using (BlockFiles files = BlockFiles.Open(_folder, FileBytesMax))
        {
            for (ulong height = 1; height <= 20; height++) files.Append(Record(height));
            int count = Directory.GetFiles(_folder).Length;
            files.Prune(12);
            first = files.First;
            Assert.InRange(first, 2ul, 12ul);
            Assert.True(Directory.GetFiles(_folder).Length < count);
            Assert.Null(files.Read(first - 1));
            Assert.Equal(12ul, files.Read(12)!.Height);
            files.Prune(ulong.MaxValue);
            Assert.Equal(20ul, files.Last);
            Assert.NotNull(files.Read(20));
            first = files.First;
        }
        using BlockFiles again = BlockFiles.Open(_folder, FileBytesMax);
        Assert.Equal((first, 20ul), (again.First, again.Last));
        again.Append(Record(21));
        Assert.Equal(21ul, again.Last);
    }

    [Fact]
    public void TornFileThatIsNotTheLastIsDamage()
    {
        using (BlockFiles files = BlockFiles.Open(_folder, FileBytesMax))
        {
            for (ulong height = 1; height <= 20; height++) files.Append(Record(height));
        }
        string first = Directory.GetFiles(_folder).Order(StringComparer.Ordinal).First();
        using (FileStream stream = File.OpenWrite(first)) stream.SetLength(stream.Length - 1);
        Assert.True(Assert.Throws<DaServerException>(() => BlockFiles.Open(_folder, FileBytesMax)).IsIntegrity);
    }

    [Fact]
    public void CutOrForeignBytesAreNoRecord()
    {
        byte[] bytes = Record(3).Encode();
        Assert.NotNull(BlockRecord.TryDecode(bytes));
        for (int length = 0; length < bytes.Length; length++) Assert.Null(BlockRecord.TryDecode(bytes[..length]));
        Assert.Null(BlockRecord.TryDecode([.. bytes, 0]));
    }

    private static BlockRecord Record(ulong height)
    {
        Hash256 hash = Hash(height);
        return new BlockRecord(
            height, height * 1_000, 9, hash, Hash(height - 1), 1, hash, hash, hash, hash, hash, 2, hash, new byte[64],
            [new RecordedTransaction([1, 2, 3, (byte)height], 77)], [new AccountState(height, UInt128.MaxValue - height)]);
    }

    private static Hash256 Hash(ulong height)
    {
        byte[] bytes = new byte[32];
        BitConverter.TryWriteBytes(bytes, height);
        return new Hash256(bytes);
    }
}
