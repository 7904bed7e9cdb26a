namespace Dsdn.Node.Outbox;

/// <summary>A folder, such as a mounted disk of another machine.</summary>
public sealed class FolderMirror(string folder) : IEmergencyMirror
{
    public string Name => folder;

    public void Put(string sha256, ReadOnlySpan<byte> content)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, sha256), unfinished = path + ".new";
            using (FileStream file = new(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public byte[]? Get(string sha256)
    {
        string path = Path.Combine(folder, sha256);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }
}

/// <summary>A server that takes PUT and gives GET under an address that ends in the hash.</summary>
/// <param name="address">With a slash at its end.</param>
public sealed class HttpMirror(HttpClient client, Uri address, TimeSpan timeout) : IEmergencyMirror
{
    /// <summary>An envelope's largest size with room.</summary>
    private const int ContentBytesMax = 2 * 1_024 * 1_024;

    public string Name => address.GetLeftPart(UriPartial.Path);

    public void Put(string sha256, ReadOnlySpan<byte> content)
    {
        using HttpRequestMessage request = new(HttpMethod.Put, new Uri(address, sha256)) { Content = new ByteArrayContent(content.ToArray()) };
        using HttpResponseMessage response = Send(request);
        if (!response.IsSuccessStatusCode) throw new IOException($"{Name} answers {(int)response.StatusCode}");
    }

    public byte[]? Get(string sha256)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(address, sha256));
        using HttpResponseMessage response = Send(request);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound) return null;
        if (!response.IsSuccessStatusCode) throw new IOException($"{Name} answers {(int)response.StatusCode}");
        if (response.Content.Headers.ContentLength > ContentBytesMax) throw new IOException($"{Name} answers {response.Content.Headers.ContentLength} bytes");
        using Stream body = response.Content.ReadAsStream();
        byte[] content = new byte[ContentBytesMax];
        int length = body.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return content[..length];
    }

    private HttpResponseMessage Send(HttpRequestMessage request)
    {
        using CancellationTokenSource deadline = new(timeout);
        try
        {
            return client.Send(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            throw new IOException($"{Name} does not answer: {e.Message}", e);
        }
    }
}
