using System.Text;
using System.Text.Json;
using Dsdn.Celestia.Rpc;

namespace Dsdn.CelestiaClient.Tests.Doubles;

/// <summary>What a test node answers instead of the truth.</summary>
/// <param name="Status">0: the connection ends without an answer.</param>
internal sealed record TestReply(int Status, byte[] Body, int DelayMs = 0)
{
    public static readonly TestReply Drop = new(0, []);

    public static TestReply Text(int status, string text) => new(status, Encoding.UTF8.GetBytes(text));

    public static TestReply Result(RpcRequest request, Action<Utf8JsonWriter> write) => new(200, RpcReply.Encode(request.Id!.Value, write));

    public static TestReply Error(RpcRequest request, string message, int code = 1) => new(200, RpcReply.Encode(request.Id, new RpcFailure(code, message, 200)));
}
