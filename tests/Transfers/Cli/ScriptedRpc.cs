using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Consensus.Network.Identity;

namespace Dsdn.Transfers.Tests.Cli;

/// <summary>A node that knows which chain it is, and nothing else.</summary>
internal sealed class ScriptedRpc : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ChainIdentity _chain;

    public ScriptedRpc(ChainIdentity chain)
    {
        _chain = chain;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true) await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using JsonDocument request = await JsonDocument.ParseAsync(context.Request.InputStream);
        var reply = new JsonObject
        {
            ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(request.RootElement.GetProperty("id").GetRawText()),
            ["result"] = new JsonObject { ["chainId"] = "0x" + _chain.ChainId.ToString("x", System.Globalization.CultureInfo.InvariantCulture), ["genesisHash"] = _chain.GenesisHash.ToString() },
        };
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(reply.ToJsonString()));
        context.Response.Close();
    }
}
