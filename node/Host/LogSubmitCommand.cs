using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Node;
using Dsdn.Services.Batches;
using Dsdn.Services.Batches.Wire;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Host;

/// <summary><c>dsdn log submit EVENT</c>: hands a signed event of a node or an owner to a coordinator.</summary>
internal static class LogSubmitCommand
{
    private const string DefaultTo = "127.0.0.1:45900";

    public static Command Create(CommandContext context)
    {
        Argument<string> entry = context.Argument("event");
        Option<string?> to = context.OptionOf<string?>("log", "--to", "[id@]host:port");
        Option<string?> network = context.OptionOf<string?>("log", "--network", "name|file");
        return context.Leaf("log.submit", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            byte[] encoded = Read(run.Value(entry) ?? "");
            ChainIdentity chain = await ChainAsync(run, run.Value(network), cancel);
            LogFault fault = EventCodec.TryDecode(encoded, chain.ChainId, out LogEvent? read);
            if (read is null) throw new DsdnException(ClientError.Of(fault.Code(), ErrorClass.Usage, $"chain {chain.ChainId}"));
            LogAddress address = LogAddress.Parse(run.Value(to) ?? DefaultTo) ?? throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--to", "[id@]host:port");
            // Who brings an event does not matter: its author signed it.
            using var identity = new NodeIdentity(RandomNumberGenerator.GetBytes(32));
            using var client = new LogClient(address, identity, chain, TimeProvider.System);
            try
            {
                SubmitReply reply = await client.SubmitAsync(encoded, cancel);
                return new Report().Add("event", new Hash256(reply.EventId.Span)).Add("kind", read.Kind.ToString()).Add("batch", reply.Seq);
            }
            catch (GrpcException e)
            {
                throw e.Trailers.TryGet(LogMethods.CodeTrailer, out string? code)
                    ? new DsdnException(ClientError.Of(code, ErrorClass.Rejected, e.Status.Detail))
                    : new DsdnException(ClientError.Of(ErrorCodes.Unreachable, ErrorClass.Unreachable, address.ToString()).With(e.Message), e);
            }
        }), entry, to, network);
    }

    /// <summary>Of the named network, else of the chain that the node of --rpc follows.</summary>
    private static async Task<ChainIdentity> ChainAsync(Invocation run, string? network, CancellationToken cancel)
    {
        if (network is not null)
        {
            NetworkGenesis genesis = NetworkGenesis.Load(network);
            return new ChainIdentity(genesis.Genesis.ChainId, genesis.Genesis.Block.Hash);
        }
        JsonElement info = await run.Chain.Rpc.CallAsync("dsdn_nodeInfo", cancel);
        return new ChainIdentity(info.Field("chainId").ToUInt64(), info.Field("genesisHash").ToHash());
    }

    /// <summary>Hexadecimal digits, or a file of them or of the bytes.</summary>
    private static byte[] Read(string text)
    {
        if (Hex.TryDecode(text, out byte[]? given)) return given;
        if (!File.Exists(text)) throw new DsdnException(ErrorCodes.FileMissing, ErrorClass.Usage, text);
        if (new FileInfo(text).Length > 3 * EventCodec.BytesMax) throw new DsdnException(ErrorCodes.FileMissing, ErrorClass.Usage, text);
        byte[] content = File.ReadAllBytes(text);
        return content.AsSpan().StartsWith("0x"u8) && Hex.TryDecode(System.Text.Encoding.ASCII.GetString(content).Trim(), out byte[]? written) ? written : content;
    }
}
