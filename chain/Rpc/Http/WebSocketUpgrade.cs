using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Rpc.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dsdn.Chain.Rpc.Http;

/// <summary>The opening handshake of RFC 6455, section 4.2.</summary>
internal static class WebSocketUpgrade
{
    private const int KeyBytes = 16;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    public static bool IsRequested(IHeaderDictionary headers) =>
        string.Equals(headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);

    public static async Task Serve(
        RpcNode node, IHttpUpgradeFeature upgrade, IHeaderDictionary request, IHttpResponseFeature response, CancellationToken stopping)
    {
        string? key = request.SecWebSocketKey;
        if (request.SecWebSocketVersion != "13" || !IsKey(key))
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            response.Headers.SecWebSocketVersion = "13";
            return;
        }
        response.StatusCode = StatusCodes.Status101SwitchingProtocols;
        response.Headers.Connection = "Upgrade";
        response.Headers.Upgrade = "websocket";
        response.Headers.SecWebSocketAccept = Accept(key!);
        await using Stream stream = await upgrade.UpgradeAsync();
        var options = new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive };
        await using var session = new WebSocketSession(node, WebSocket.CreateFromStream(stream, options), stopping);
        await session.Run();
    }

    private static bool IsKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key is { Length: 24 } && Convert.TryFromBase64String(key, bytes, out int length) && length == KeyBytes;
    }

    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
