using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;

namespace Dsdn.Chain.Tests.Execution;

public sealed class LogSearchTests
{
    private const int Rounds = 540; // more than two sections of the index

    [Fact]
    public void IndexFindsWhatAScanOfAllReceiptsFinds()
    {
        using var store = new MemoryStore();
        var chain = new TestChain(store, configure: kernel => kernel.EndWrites = h => h % 97 == 0);
        var random = new Random(99);
        var blocks = new List<BlockData>();
        ulong nonce = 0;
        for (int i = 0; i < Rounds; i++)
        {
            bool logs = random.Next(4) == 0;
            byte[] call = [FakeKernel.LogTopics, .. Enumerable.Range(0, random.Next(0, 5)).Select(_ => (byte)random.Next(1, 4))];
            blocks.Add(logs ? chain.Step(TestChain.Send(0, nonce++, FakeKernel.Module, 0, call, gas: 60_000)) : chain.Step());
        }
        for (int i = 0; i < 300; i++)
        {
            ulong from = (ulong)random.Next(0, Rounds), to = from + (ulong)random.Next(0, Rounds);
            var filter = new LogFilter(
                from, to, random.Next(3) switch { 0 => [], 1 => [FakeKernel.Module], _ => [FakeKernel.Pool, FakeKernel.Module] },
                [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => (IReadOnlyList<Hash256>)[.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => Topic(random.Next(1, 5)))])]);
            Assert.Equal(Naive(blocks, filter), Indexed(chain, filter));
        }
    }

    [Fact]
    public void FilterOfMorePositionsThanTopicsMatchesNothingEvenWhenOpen()
    {
        var chain = new TestChain();
        chain.Step(TestChain.Send(0, 0, FakeKernel.Module, 0, [FakeKernel.LogTopics, 1], gas: 60_000));
        Assert.Single(Indexed(chain, new LogFilter(0, 9, [], [[]])));
        Assert.Empty(Indexed(chain, new LogFilter(0, 9, [], [[], []])));
    }

    [Fact]
    public void PostingsKeepEveryOffsetInBothForms()
    {
        Span<byte> bytes = stackalloc byte[LogPostings.BytesMax];
        for (int count = 0; count <= 256; count += 5)
        {
            var postings = default(LogPostings);
            int[] offsets = [.. Enumerable.Range(0, count).Select(i => i * 37 % 256)];
            foreach (int offset in offsets) postings.Add(offset);
            int length = postings.Write(bytes);
            Assert.Equal(Math.Min(count, 32), length);
            LogPostings read = LogPostings.Read(bytes[..length]);
            for (int offset = 0; offset < 256; offset++) Assert.Equal(offsets.Contains(offset), read.Contains(offset));
        }
    }

    private static Hash256 Topic(int number) => new(FakeKernel.Pad([(byte)number]));

    private static List<(ulong, uint)> Indexed(TestChain chain, LogFilter filter)
    {
        var found = new List<LocatedLog>();
        foreach (ulong number in chain.Open.Services.Blocks.CandidateBlocks(filter))
        {
            BlockData? data = chain.Open.Services.Blocks.ReadBlock(number);
            Assert.NotNull(data);
            LogSearch.AddMatches(data, filter, found, int.MaxValue);
        }
        return [.. found.Select(log => (log.Header.Number, log.LogIndex))];
    }

    private static List<(ulong, uint)> Naive(List<BlockData> blocks, LogFilter filter)
    {
        var found = new List<(ulong, uint)>();
        foreach (BlockData data in blocks)
        {
            ulong number = data.Block.Header.Number;
            uint index = 0;
            foreach (LogEntry log in data.Receipts.SelectMany(receipt => receipt.Logs))
            {
                bool address = filter.Addresses.Count == 0 || filter.Addresses.Contains(log.Address);
                bool topics = filter.Topics.Count <= log.Topics.Count && filter.Topics.Select((choice, i) => choice.Count == 0 || choice.Contains(log.Topics[i])).All(ok => ok);
                if (number >= filter.FromBlock && number <= filter.ToBlock && address && topics) found.Add((number, index));
                index++;
            }
        }
        return found;
    }
}
