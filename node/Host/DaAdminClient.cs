using System.Net.Http.Headers;
using System.Text.Json;
using Dsdn.Celestia.Rpc;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary>Calls of an administrator to a development DA server on this machine.</summary>
internal sealed class DaAdminClient(Uri url, string tokenPath) : IDisposable
{
    private const int TimeoutMs = 10_000;
    private const int ReplyBytesMax = 1 << 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url, Timeout = TimeSpan.FromMilliseconds(TimeoutMs), MaxResponseContentBufferSize = ReplyBytesMax };

    /// <param name="writeParams">Null: none.</param>
    /// <exception cref="DsdnException">nobody answers, or what it answers is an error</exception>
    public async Task<JsonElement> CallAsync(string method, CancellationToken cancel, Action<Utf8JsonWriter>? writeParams = null)
    {
        RpcId id = RpcId.Of(1);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(RpcRequest.Encode(id, method, writeParams ?? (static _ => { }))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // A server without tokens (--skip-auth) takes the call all the same.
        if (File.Exists(tokenPath)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(tokenPath, cancel)).Trim());
        RpcReply reply;
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancel);
            reply = RpcReply.ReadHttp((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancel), id);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            throw new DsdnException(ClientError.Of(ErrorCodes.Unreachable, ErrorClass.Unreachable, url.ToString()).With(failure.Message), failure);
        }
        return reply.Error is { } error ? throw new DsdnException(ClientError.Of("DSDN-E-DA-SERVER", ErrorClass.Rejected, error.Message)) : reply.Result;
    }

    public void Dispose() => _http.Dispose();
}
