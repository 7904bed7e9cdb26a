using System.Diagnostics;
using System.Text;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.View;
using Dsdn.Genesis;
using Dsdn.Modules;

namespace Dsdn.Bench;

/// <summary>
/// What a JSON-RPC call costs between the body's last byte and the reply's, one thread, no sockets: parsing, the method on a
/// real chain in memory, writing. The best of several rounds, so that neighbours on the machine count less.
/// </summary>
public static class RpcBench
{
    private const int Rounds = 7;
    private const int CallsPerRound = 50_000;
    private const string Account = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

    public static void Run(TextWriter output)
    {
        GenesisSpec spec = GenesisTemplates.Conformance();
        OpenChain open = ChainOpening.Open(new MemoryStore(), new StateOptions(), GenesisBuilder.Build(spec), DsdnModules.Kernel(), Sequential.Instance);
        var view = new ChainView(open, PoolOptions.Default, DsdnModules.Descriptions, static () => 0);
        using var node = new RpcNode(view, new RpcOptions(), new RpcHooks());
        Measure(output, node, "rpc.eth_blockNumber", "\"method\":\"eth_blockNumber\",\"params\":[]");
        Measure(output, node, "rpc.eth_getBalance", $"\"method\":\"eth_getBalance\",\"params\":[\"{Account}\",\"latest\"]");
        Measure(output, node, "rpc.eth_getTransactionReceipt", $"\"method\":\"eth_getTransactionReceipt\",\"params\":[\"0x{new string('1', 64)}\"]");
        Measure(output, node, "rpc.eth_getBlockByNumber", "\"method\":\"eth_getBlockByNumber\",\"params\":[\"latest\",false]");
        Measure(output, node, "rpc.eth_call", $"\"method\":\"eth_call\",\"params\":[{{\"to\":\"{Account}\",\"data\":\"0x\"}},\"latest\"]");
        MeasureParsing(output, node);
    }

    private static void Measure(TextWriter output, RpcNode node, string name, string call)
    {
        byte[] single = Encoding.ASCII.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":1,{call}}}");
        byte[] batch = Encoding.ASCII.GetBytes($"[{string.Join(',', Enumerable.Repeat(Encoding.ASCII.GetString(single), 100))}]");
        new Figure(name, Best(node, single, CallsPerRound, 1), "ns/call", Note: "single, in process").Print(output);
        new Figure(name, Best(node, batch, CallsPerRound / 100, 100), "ns/call", Note: "batches of 100, in process").Print(output);
    }

    /// <summary>A batch of raw transactions up to the pool's door: envelope, parameters, hexadecimal.</summary>
    private static void MeasureParsing(TextWriter output, RpcNode node)
    {
        string raw = "0x02f86d" + new string('a', 220);
        byte[] batch = Encoding.ASCII.GetBytes("[" + string.Join(',', Enumerable.Range(0, 100).Select(i =>
            $"{{\"jsonrpc\":\"2.0\",\"id\":{i},\"method\":\"eth_sendRawTransaction\",\"params\":[\"{raw}\"]}}")) + "]");
        var calls = new List<RpcCall>();
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < 200; i++)
            {
                CallParser.Parse(batch, calls, node.Options);
                foreach (RpcCall call in calls)
                {
                    var args = new ParamReader(call.Params(batch), node.Options.JsonDepthMax);
                    if (args.Bytes().Length == 0 || args.End() is not null) throw new InvalidOperationException("the batch is well-formed");
                }
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / (200 * 100));
        }
        new Figure("rpc.parse_raw_transaction", best, "ns/tx", Note: "batches of 100, 113 bytes each").Print(output);
    }

    private static double Best(RpcNode node, byte[] body, int bodies, int callsPerBody)
    {
        var context = new CallContext(node, null);
        using var reply = new ReplyWriter(node.Options.ResponseBytesMax);
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < bodies; i++)
            {
                reply.Reset();
                node.Processor.Process(body, context, reply).GetAwaiter().GetResult();
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / ((double)bodies * callsPerBody));
        }
        if (reply.WrittenSpan.IndexOf("\"error\""u8) >= 0) throw new InvalidOperationException(Encoding.UTF8.GetString(reply.WrittenSpan));
        return best;
    }
}
