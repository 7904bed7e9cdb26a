using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Dsdn.Bench.Load;

/// <summary>Batches of raw transactions, ready to send: a list for each connection, in the order it must keep.</summary>
public sealed record PresignedLoad(IReadOnlyList<IReadOnlyList<byte[]>> BatchesOfConnection, int BatchSize, int Transactions);

/// <param name="Sent">Transactions the server acknowledged with a hash.</param>
/// <param name="Included">Transactions in the blocks that followed, by the server's own count of each block.</param>
/// <param name="Receipts">Receipts with status 1 that were fetched back after the clock stopped.</param>
/// <param name="Seconds">From the first byte sent to the sight of the last block.</param>
/// <param name="LatencyMs">Batch acknowledged to its block seen, sorted ascending.</param>
public sealed record LoadResult(int Sent, int Refused, int Included, int Receipts, double Seconds, IReadOnlyList<double> LatencyMs, string? FirstError, int Blocks)
{
    public double PerSecond => Included / Seconds;

    public double Percentile(double p) => LatencyMs.Count == 0 ? 0 : LatencyMs[(int)Math.Min(LatencyMs.Count - 1, p * LatencyMs.Count)];
}

/// <summary>
/// Sends a prepared load over several connections while one more connection follows the blocks and their transaction counts.
/// The same code and bytes drive every server that is compared. Sending pauses while more than <c>inFlightMax</c> transactions
/// wait for a block, as a pool has a limit. Receipts are fetched and counted when the clock has stopped: Anvil's cost for the
/// receipts of a block grows with the square of their number, and would decide the comparison.
/// </summary>
/// <param name="ports">Connections are dealt to them in turn; blocks and receipts are read from the first.</param>
/// <param name="perSecondMax">Transactions sent a second over all connections; 0: as fast as they are taken.</param>
public sealed class LoadRun(string host, IReadOnlyList<int> ports, PresignedLoad load, int inFlightMax, int perSecondMax = 0)
{
    public LoadRun(string host, int port, PresignedLoad load, int inFlightMax)
        : this(host, [port], load, inFlightMax)
    {
    }

    private readonly ConcurrentQueue<(double AtMs, int UpTo)> _marks = new();
    private readonly Stopwatch _clock = new();
    private int _sent, _refused, _included;
    private volatile bool _sendersDone;
    private string? _firstError;

    public LoadResult Run(TimeSpan limit)
    {
        ulong head;
        using (var connection = new RawHttpConnection(host, ports[0])) head = BlockNumber(connection);
        _clock.Start();
        Thread[] senders = [.. load.BatchesOfConnection.Select((batches, i) => new Thread(() => SendAll(batches, ports[i % ports.Count])))];
        foreach (Thread sender in senders) sender.Start();
        var latencies = new List<double>();
        var follower = new Thread(() => Follow(head, limit, latencies));
        follower.Start();
        foreach (Thread sender in senders) sender.Join();
        _sendersDone = true;
        follower.Join();
        latencies.Sort();
        return new LoadResult(_sent, _refused, _included, CountReceipts(head), _lastBlockMs / 1000, latencies, _firstError, _blocks);
    }

    private double _lastBlockMs;
    private int _blocks;

    private void SendAll(IReadOnlyList<byte[]> batches, int port)
    {
        double betweenMs = perSecondMax == 0 ? 0 : 1_000.0 * load.BatchSize * load.BatchesOfConnection.Count / perSecondMax, dueMs = 0;
        using var connection = new RawHttpConnection(host, port);
        foreach (byte[] batch in batches)
        {
            while (Volatile.Read(ref _sent) - Volatile.Read(ref _included) > inFlightMax) Thread.Sleep(1);
            for (dueMs += betweenMs; _clock.Elapsed.TotalMilliseconds < dueMs - betweenMs;) Thread.Sleep(1);
            ReadOnlySpan<byte> reply = connection.Post(batch);
            int errors = reply.Count("\"error\""u8);
            int total = Interlocked.Add(ref _sent, reply.Count("\"result\""u8));
            if (errors > 0)
            {
                Interlocked.Add(ref _refused, errors);
                _firstError ??= Encoding.UTF8.GetString(reply[reply.IndexOf("\"error\""u8)..][..Math.Min(200, reply.Length - reply.IndexOf("\"error\""u8))]);
            }
            _marks.Enqueue((_clock.Elapsed.TotalMilliseconds, total));
        }
    }

    private void Follow(ulong head, TimeSpan limit, List<double> latencies)
    {
        using var connection = new RawHttpConnection(host, ports[0]);
        while (_clock.Elapsed < limit && !(_sendersDone && _included >= _sent))
        {
            ulong latest = BlockNumber(connection);
            if (latest == head)
            {
                Thread.Sleep(5);
                continue;
            }
            for (; head < latest; head++)
            {
                int found = (int)Number(connection, "eth_getBlockTransactionCountByNumber", $"\"0x{head + 1:x}\"");
                if (found == 0) continue;
                _blocks++;
                int included = Interlocked.Add(ref _included, found);
                _lastBlockMs = _clock.Elapsed.TotalMilliseconds;
                while (_marks.TryPeek(out (double AtMs, int UpTo) mark) && mark.UpTo <= included && _marks.TryDequeue(out mark)) latencies.Add(_lastBlockMs - mark.AtMs);
            }
        }
    }

    /// <summary>Stops after a minute: what was counted by then is said.</summary>
    private int CountReceipts(ulong head)
    {
        using var connection = new RawHttpConnection(host, ports[0]);
        var clock = Stopwatch.StartNew();
        ulong latest = BlockNumber(connection);
        int receipts = 0;
        while (head < latest && receipts < _included && clock.Elapsed.TotalSeconds < 60)
        {
            head++;
            receipts += connection.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_getBlockReceipts\",\"params\":[\"0x{head:x}\"]}}").Count("\"status\":\"0x1\""u8);
        }
        return receipts;
    }

    internal static ulong BlockNumber(RawHttpConnection connection) => Number(connection, "eth_blockNumber", "");

    private static ulong Number(RawHttpConnection connection, string method, string parameter)
    {
        ReadOnlySpan<byte> reply = connection.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":[{parameter}]}}");
        var reader = new Utf8JsonReader(reply);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("result"u8) && reader.Read()) return Convert.ToUInt64((reader.GetString() ?? "0x0")[2..], 16);
        }
        throw new InvalidDataException($"{method} gave no result");
    }
}
