using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Tests;

/// <summary>A server in this process on a free port, without a timer unless one is asked for, and a client of it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private const int PatienceMs = 30_000;

    private readonly bool _ownsFolder;

    private RunningServer(DaServerProcess server, string folder, bool ownsFolder) => (Server, Folder, _ownsFolder) = (server, folder, ownsFolder);

    public DaServerProcess Server { get; }

    public string Folder { get; }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMilliseconds(PatienceMs) };

    /// <param name="folder">Null: a new one, deleted at the end.</param>
    public static async Task<RunningServer> StartAsync(Func<DaServerOptions, DaServerOptions>? change = null, string? folder = null)
    {
        string path = folder ?? NewFolder();
        DaServerOptions options = new() { DataFolder = path, Listen = new(System.Net.IPAddress.Loopback, 0), BlockTimeMs = 0 };
        return new RunningServer(await DaServerProcess.StartAsync(change?.Invoke(options) ?? options), path, folder is null);
    }

    public static string NewFolder() => Path.Combine(Path.GetTempPath(), "dsdn-da-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <summary>The id filled up to ten bytes: namespaces order as their ids do.</summary>
    public static Namespace Name(string id)
    {
        Assert.True(Namespace.TryUser(Encoding.ASCII.GetBytes(id.PadRight(Namespace.UserIdBytes, '.')), out Namespace name).IsValid);
        return name;
    }

    public static Blob Blob(string name, int bytes, byte fill = 1)
    {
        byte[] data = new byte[bytes];
        Array.Fill(data, fill);
        Assert.True(Celestia.Shares.Blob.TryCreate(Name(name), data, out Blob? blob).IsValid);
        return blob!;
    }

    public async Task<(int Status, byte[] Body, string? Type)> PostAsync(byte[] body, string? token = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.Endpoint, query)) { Content = new ByteArrayContent(body) };
        if ((token ?? Server.AdminToken) is { Length: > 0 } held) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", held);
        using HttpResponseMessage response = await Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response.Content.Headers.ContentType?.MediaType);
    }

    /// <param name="parameters">JSON of the values, with commas between.</param>
    public static byte[] Body(string method, string parameters = "", string id = "1") => Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":[{{parameters}}]}""");

    public async Task<RpcReply> CallAsync(byte[] body)
    {
        (int status, byte[] reply, _) = await PostAsync(body);
        return RpcReply.ReadHttp(status, reply, RpcId.Of(1));
    }

    public async Task<JsonElement> OkAsync(byte[] body)
    {
        RpcReply reply = await CallAsync(body);
        Assert.True(reply.Error is null, reply.Error?.Message);
        return reply.Result;
    }

    public Task<JsonElement> OkAsync(string method, string parameters = "") => OkAsync(Body(method, parameters));

    public async Task<CallError> ErrorAsync(byte[] body)
    {
        RpcReply reply = await CallAsync(body);
        Assert.NotNull(reply.Error);
        return reply.Error.Value;
    }

    public Task<CallError> ErrorAsync(string method, string parameters = "") => ErrorAsync(Body(method, parameters));

    public async Task<ExtendedHeader> HeaderAsync(ulong height)
    {
        JsonElement json = await OkAsync("header.GetByHeight", $"{height}");
        var verdict = HeaderJson.TryRead(json, out ExtendedHeader? header);
        Assert.True(verdict.IsValid, verdict.Detail);
        return header!;
    }

    public static byte[] SubmitBody(SubmitOptions? options, params Blob[] blobs) =>
        CelestiaCalls.Submit(RpcId.Of(1), [.. blobs.Select(static blob => (blob, ShareCommitment.Of(blob)))], options ?? new SubmitOptions());

    /// <summary>Each blob in a transaction of its own, all in one block.</summary>
    public async Task<ulong> PublishAsync(params Blob[] blobs)
    {
        List<Task<JsonElement>> submits = [.. blobs.Select(blob => OkAsync(SubmitBody(null, blob)))];
        await WaitForMempoolAsync(blobs.Length);
        ulong made = await Server.ProduceBlockAsync();
        foreach (Task<JsonElement> submit in submits) Assert.Equal(made, (await submit).GetUInt64());
        return made;
    }

    public Task WaitForMempoolAsync(int count) => UntilAsync(() => Server.Node.Mempool.Count >= count);

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(PatienceMs);
        while (!condition()) await Task.Delay(5, limit.Token);
    }

    public async Task<ClientWebSocket> ConnectAsync(string? token = null)
    {
        ClientWebSocket socket = new();
        socket.Options.Proxy = null;
        if ((token ?? Server.ReadToken) is { Length: > 0 } held) socket.Options.SetRequestHeader("Authorization", "Bearer " + held);
        await socket.ConnectAsync(new UriBuilder(Server.Endpoint) { Scheme = "ws" }.Uri, CancellationToken.None);
        return socket;
    }

    public static Task SendAsync(ClientWebSocket socket, byte[] body) => socket.SendAsync(body, WebSocketMessageType.Text, true, CancellationToken.None);

    /// <returns>Null where the connection has ended.</returns>
    public static async Task<byte[]?> ReceiveAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(PatienceMs);
        using MemoryStream whole = new();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            try
            {
                WebSocketReceiveResult part = await socket.ReceiveAsync(buffer, limit.Token);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                whole.Write(buffer, 0, part.Count);
                if (part.EndOfMessage) return whole.ToArray();
            }
            catch (WebSocketException)
            {
                return null;
            }
        }
    }

    public static async Task<SubscriptionFrame> FrameAsync(ClientWebSocket socket)
    {
        byte[]? frame = await ReceiveAsync(socket);
        Assert.NotNull(frame);
        return SubscriptionFrame.Read(frame);
    }

    public static string Base64(Namespace name) => $"\"{Convert.ToBase64String(name.ToArray())}\"";

    public static string Base64(Hash256 hash) => $"\"{Convert.ToBase64String(hash.Span)}\"";

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        if (_ownsFolder) Directory.Delete(Folder, recursive: true);
    }
}
