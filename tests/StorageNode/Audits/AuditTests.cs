using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Audits;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;
using Dsdn.Services.Chunks;
using Dsdn.StorageNode.Tests.Kit;

namespace Dsdn.StorageNode.Tests.Audits;

/// <summary>A node that is audited, over real sockets and disks.</summary>
public sealed class AuditTests
{
    private const int Blocks = 21;

    /// <summary>A chunk that the node holds in the log.</summary>
    private static async Task<byte[]> StoreAsync(Network network, RunningNode node)
    {
        byte[] content = new byte[300_000];
        new Random(7).NextBytes(content);
        (ulong seq, Hash256[] places) = network.Reserve(ChunkHasher.Of(content).Digest, (ulong)content.Length);
        UploadTicket ticket = Network.Ticket(content, places);
        byte slot = (byte)Array.IndexOf(places, node.Id);
        StoreAck ack = await network.PutAsync(node, ticket, slot, content, seq);
        network.Declare(ticket, [ack, .. Enumerable.Range(0, 3).Where(i => i != slot).Select(i => network.AckOf(ticket, (byte)i, SampleLog.NameOf(places[i])))]);
        return content;
    }

    private static void Open(Network network) => network.Log.Decide(log => log.Committee(new AuditOpened(1)));

    /// <summary>Brings the open audit to its seed; returns the batch with it.</summary>
    private static ulong Seed(Network network)
    {
        network.Log.Log.Chain.ClockMs = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 1_000;
        for (int i = 0; i < Blocks; i++) network.Log.Decide(log => log.Anchor());
        AuditStatus audit = Assert.IsType<AuditStatus>(network.Log.Ask(queries => queries.Audits.Last));
        return network.Log.Decide(log => log.Committee(new AuditSeed(1, audit.AtSeq, audit.BeaconHeight, audit.Beacon, AuditTimes.Standard.Draws))).Seq;
    }

    private static AnswerSheet Decode(byte[] bytes)
    {
        Assert.Equal(LogFault.None, AnswerSheet.TryDecode(LogKeys.ChainId, bytes, out AnswerSheet? sheet));
        return sheet ?? throw new InvalidOperationException("no sheet");
    }

    private static byte[] Passed(Network network, RunningNode node, AnswerSheet sheet)
    {
        AuditHoldings holdings = network.Log.Ask(queries => queries.Audits.HoldingsOf(node.Id)) ?? throw new InvalidOperationException("nothing held");
        return AuditCheck.Passed(AuditCheck.Draws(network.Log.Log.State, node.Id, holdings), sheet, _ => false);
    }

    [Fact]
    public async Task NodeShowsWhatItHoldsAndSignsOneSheetForAnAuditAlsoAfterARestart()
    {
        await using Network network = await Network.StartAsync(running: 1, nodes: 3, zones: 3);
        RunningNode node = network.Nodes[0];
        await StoreAsync(network, node);
        Open(network);
        ulong seq = Seed(network);
        await network.Log.UntilAsync(queries => queries.Audits.Node(node.Id) is { AnswersRoot.IsZero: false });
        AnswerSheet sheet = Decode(await network.ClientOf(node).AuditAsync(1, seq, AnswerSheet.BytesMax, Network.Patience));
        Assert.True(sheet.IsSigned());
        Assert.Equal(network.Log.Ask(queries => queries.Audits.Node(node.Id)?.AnswersRoot), sheet.Heading.AnswersRoot);
        Assert.Equal(AuditTimes.Standard.Draws, Bitmap.Count(Passed(network, node, sheet)));

        await node.StopAsync();
        await node.StartAsync(network.Log);
        Assert.Equal(sheet.Encode(), await network.ClientOf(node).AuditAsync(1, seq, AnswerSheet.BytesMax, Network.Patience));
    }

    [Fact]
    public async Task NodeOfWhichTheDiskWentBadSaysSoInsteadOfLying()
    {
        await using Network network = await Network.StartAsync(running: 1, nodes: 3, zones: 3);
        RunningNode node = network.Nodes[0];
        await StoreAsync(network, node);
        await node.StopAsync();
        string stored = Directory.EnumerateFiles(Path.Combine(node.Folder, "chunks"), "*", SearchOption.AllDirectories).Single(path => new FileInfo(path).Length > 300_000);
        byte[] bytes = File.ReadAllBytes(stored);
        bytes[100_000] ^= 1; // in the second of five blocks
        File.WriteAllBytes(stored, bytes);
        Open(network); // before the node finds out by itself, and says that it lost it
        await node.StartAsync(network.Log);
        ulong seq = Seed(network);
        await network.Log.UntilAsync(queries => queries.Audits.Node(node.Id) is { AnswersRoot.IsZero: false });
        AnswerSheet sheet = Decode(await network.ClientOf(node).AuditAsync(1, seq, AnswerSheet.BytesMax, Network.Patience));
        Assert.True(sheet.IsSigned());
        byte[] passed = Passed(network, node, sheet);
        for (int i = 0; i < sheet.Answers.Count; i++) Assert.Equal(sheet.Answers[i].Leaf is not null, Bitmap.Has(passed, i)); // nothing that it shows is wrong
        Assert.Contains(sheet.Answers, answer => answer.Leaf is null);
    }

    [Fact]
    public async Task ChunkThatIsFoundDamagedForAnAnswerIsSaidToBeLost()
    {
        await using Network network = await Network.StartAsync(running: 1, nodes: 3, zones: 3);
        RunningNode node = network.Nodes[0];
        Hash256 chunk = ChunkHasher.Of(await StoreAsync(network, node)).Digest;
        await network.UntilAsync(node, new ChunkSlot(chunk, ChunkCoding.Replicas, 0, 0), HoldingState.Stored);
        string stored = Assert.Single(Directory.GetFiles(Path.Combine(node.Folder, "chunks", "chunks")));
        using (FileStream file = new(stored, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = 100_000;
            file.Write(new byte[1_000]); // while the scrubber rests: the store was empty when it began
            file.Flush(flushToDisk: true);
        }
        Open(network);
        Seed(network);
        await network.Log.UntilAsync(queries => queries.Replicas(chunk).All(replica => replica.NodeId != node.Id));
    }

    [Fact]
    public async Task WhoAsksForAnAuditThatIsNoneIsRefused()
    {
        await using Network network = await Network.StartAsync(running: 1, nodes: 3, zones: 3);
        ChunkClient client = network.ClientOf(network.Nodes[0]);
        Assert.Equal("DSDN-E-STORE-NO-ANSWER", await Network.CodeOf(() => client.AuditAsync(1, 0, AnswerSheet.BytesMax, Network.Patience)));
        Assert.Equal(Dsdn.Services.ServiceCodes.Behind, await Network.CodeOf(() => client.AuditAsync(1, 1_000, AnswerSheet.BytesMax, Network.Patience)));
    }
}
