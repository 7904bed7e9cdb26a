using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dsdn.DaServer.Http;

/// <summary>The opening handshake of RFC 6455, section 4.2.</summary>
internal static class WebSocketUpgrade
{
    private const int KeyBytes = 16, KeyChars = 24;

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(30);

    /// <summary>Any "Connection: upgrade", as the node takes it.</summary>
    public static bool IsRequested(IHeaderDictionary headers) =>
        headers.Connection.ToString().Contains("upgrade", StringComparison.OrdinalIgnoreCase);

    /// <returns>Null where the handshake is none; the answer is set then.</returns>
    public static async Task<WebSocket?> AcceptAsync(HttpCall call)
    {
        IHeaderDictionary headers = call.Request.Headers;
        string? key = headers.SecWebSocketKey;
        if (call.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || headers.SecWebSocketVersion != "13" || !IsKey(key))
        {
            call.Response.StatusCode = StatusCodes.Status400BadRequest;
            call.Response.Headers.SecWebSocketVersion = "13";
            return null;
        }
        call.Response.StatusCode = StatusCodes.Status101SwitchingProtocols;
        call.Response.Headers.Connection = "Upgrade";
        call.Response.Headers.Upgrade = "websocket";
        call.Response.Headers.SecWebSocketAccept = Accept(key);
        Stream stream = await upgrade.UpgradeAsync();
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = PingEvery, KeepAliveTimeout = PongWithin });
    }

    private static bool IsKey([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key is { Length: KeyChars } && Convert.TryFromBase64String(key, bytes, out int length) && length == KeyBytes;
    }

    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
