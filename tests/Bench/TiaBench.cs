using System.Security.Cryptography;
using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Routing;

namespace Dsdn.Bench;

/// <summary>
/// What a day of the log costs on Celestia: 10,000 uploads of a chunk with three copies, statistics of the nodes, anchors of the chain, batches when nothing happens. Every event and batch is
/// encoded and compressed as it would be; keys, hashes and signatures are random, so nothing compresses that would not.
/// </summary>
public static class TiaBench
{
    private const int Uploads = 10_000, Nodes = 100, Validators = 4;
    private const ulong DayMs = 86_400_000, StartMs = 1_800_000_000_000;

    /// <summary>Header, one vote, two more signatures, lengths.</summary>
    private const int EnvelopeBytes = 328 + 2 + (3 * 64) + 4;

    public static void Run(TextWriter output)
    {
        Print(output, "da.tia.day", intervalMs: 20, patienceMs: 5_000, idleMs: 30_000);
        Print(output, "da.tia.day.paced", intervalMs: 5_000, patienceMs: 5_000, idleMs: 30_000);
        Print(output, "da.tia.day.prompt", intervalMs: 20, patienceMs: 20, idleMs: 2_000);
    }

    private static void Print(TextWriter output, string name, ulong intervalMs, ulong patienceMs, ulong idleMs)
    {
        (UInt128 utia, int batches, long bytes, int transactions) = Day(intervalMs, patienceMs, idleMs);
        new Figure(name, (double)(ulong)utia / 1e6, "TIA/day",
            Note: $"{Uploads} uploads of three copies, {Nodes} nodes, {Validators} validators; a batch {intervalMs} ms after an owner's event, {patienceMs} ms after another, every {idleMs} ms without; {batches} batches, {bytes / 1e6:F1} MB, {transactions} transactions at 0.004 utia; goal 1")
            .Print(output);
    }

    private static (UInt128 Utia, int Batches, long Bytes, int Transactions) Day(ulong intervalMs, ulong patienceMs, ulong idleMs)
    {
        List<(ulong AtMs, byte[] Event, bool IsUrgent)> events = Events(new Random(1));
        events.Sort(static (a, b) => a.AtMs.CompareTo(b.AtMs));
        var pending = new List<int>();
        (UInt128 utia, int batches, long bytes, int transactions) = (0, 0, 0, 0);
        (ulong last, ulong oldest, long waiting) = (0, 0, 0);
        for (int i = 0; last < DayMs;)
        {
            // The next batch: soon after the next event, or when it is time for one.
            ulong at = last + idleMs;
            for (int next = i; next < events.Count && events[next].AtMs < at; next++)
                at = Math.Min(at, Math.Max(last + intervalMs, events[next].AtMs + (events[next].IsUrgent ? intervalMs : patienceMs)));
            var body = new List<ReadOnlyMemory<byte>>();
            while (i < events.Count && events[i].AtMs <= at) body.Add(events[i++].Event);
            byte[] plain = BatchBodyCodec.Encode(new BatchBody(body, []));
            int envelope = EnvelopeBytes + (BatchBodyCodec.Compress(plain, 4) ?? plain).Length;
            if (pending.Count == 0) oldest = at;
            pending.Add(ShareFormat.SharesNeeded(envelope, 0));
            (batches, bytes, waiting, last) = (batches + 1, bytes + envelope, waiting + envelope, at);
            if (waiting < (long)RouterOptions.Default.FlushBytes && at - oldest < RouterOptions.Default.FlushAgeMs) continue;
            utia += BlobGas.Fee(BlobGas.Of(pending), GasPrice.Default);
            (transactions, waiting) = (transactions + 1, 0);
            pending.Clear();
        }
        return (utia, batches, bytes, transactions);
    }

    private static List<(ulong, byte[], bool)> Events(Random random)
    {
        var events = new List<(ulong, byte[], bool)>();
        Hash256[] nodes = [.. Enumerable.Range(0, Nodes).Select(_ => Hash())];
        Hash256[] owners = [.. Enumerable.Range(0, 200).Select(_ => Hash())];
        Hash256[] agreements = [.. owners.Select(_ => Hash())];
        for (int upload = 0; upload < Uploads; upload++)
        {
            ulong at = (ulong)(random.NextDouble() * DayMs);
            int owner = random.Next(owners.Length);
            (Hash256 file, Hash256 chunk, Hash256 root) = (Hash(), Hash(), Hash());
            const ulong Length = 16 * 1_024 * 1_024;
            Add(at, owners[owner], AuthorType.Account, new AgreementUse(agreements[owner], file, ChunkCoding.Replicas, [new ReservedChunk(chunk, Length)]));
            StoreAck[] acks = [.. Enumerable.Range(0, 3).Select(slot => new StoreAck((byte)slot, nodes[random.Next(Nodes)], (ushort)slot, Hash(), StartMs + at, Bytes(64)))];
            Add(at + 4_000, owners[owner], AuthorType.Account, new ChunkDeclared(agreements[owner], file, chunk, Length, ChunkCoding.Replicas, 1, [root], acks));
            Add(at + 4_000, default, AuthorType.Committee, new PlacementDecided(chunk, agreements[owner], 1, ChunkCoding.Replicas, 7, [.. acks.Select(static ack => new PlacedReplica(ack.Slot, ack.NodeId, ack.Zone))]));
            foreach (StoreAck ack in acks) Add(at + 4_500, ack.NodeId, AuthorType.Node, new ReplicaAdded(chunk, 1, ack.Slot, root, Length, ack.StoredMs));
        }
        for (ulong hour = 0; hour < 24; hour++)
            foreach (Hash256 node in nodes)
                Add((hour * 3_600_000) + (ulong)random.Next(3_600_000), node, AuthorType.Node, new NodeStats([new Endpoint(EndpointRole.Storage, Bytes(16), 45840)], 1UL << 42, 1UL << 41, 1_000, 100, 1_000, 1_000));
        // An anchor every 30 s: light block and two feeds. Sets repeat inside it, votes and proofs do not compress.
        for (ulong at = 0; at < DayMs; at += 30_000) events.Add((at, [.. Bytes(900 + (64 * Validators)), .. new byte[130 * Validators]], false));
        return events;

        void Add(ulong at, Hash256 author, AuthorType type, EventBody body) => events.Add((at, EventCodec.Encode(new LogEvent
        {
            ChainId = 17_847, Kind = body.Kind, AuthorType = type, Author = author, Nonce = (ulong)random.NextInt64(), ValidUntilMs = StartMs + at, Body = body.Encode(),
            Signature = type switch { AuthorType.Node => Bytes(64), AuthorType.Account => Bytes(65), _ => default(ReadOnlyMemory<byte>) },
        }), type == AuthorType.Account));
        byte[] Bytes(int count)
        {
            byte[] bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }
        Hash256 Hash() => new(Bytes(32));
    }
}
