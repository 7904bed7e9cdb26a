using System.Net;
using System.Security.Cryptography;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Node.Outbox;

namespace Dsdn.Node.Tests.Outbox;

public sealed class EmergencyStoreTests : IDisposable
{
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)];

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-emergency-").FullName;

    private string LogPath => Path.Combine(_folder, "emergency.log");

    [Fact]
    public void ACopyIsSignedServedByItsHashAndThereAfterARestart()
    {
        byte[] envelope = Envelope(1);
        EmergencyPointer pointer;
        using (EmergencyStore store = Open())
        {
            pointer = store.Store(1, envelope);
            Assert.True(pointer.IsSigned);
            Assert.True(pointer.IsOf(envelope));
            Assert.Equal($"https://example.org/da/{Convert.ToHexStringLower(SHA256.HashData(envelope))}", pointer.Location);
            Assert.Equal(pointer, store.Store(1, envelope));
            Assert.Equal(1, store.Count);
            // The pointer goes through the codec of the log.
            Assert.Equal(LogFault.None, DaPointerCodec.TryDecode(DaPointerCodec.Encode(pointer), out DaPointer? decoded));
            Assert.Equal(DaPointerCodec.Encode(pointer), DaPointerCodec.Encode(decoded!));
        }
        using EmergencyStore again = Open();
        Assert.Equal(envelope, again.Read(pointer.Sha256));
        Assert.Equal(DaPointerCodec.Encode(pointer), DaPointerCodec.Encode(again.Pointer(1)!));
        Assert.Null(again.Read(default));
        Assert.Null(again.Pointer(2));
    }

    [Fact]
    public void ACrashInTheMiddleOfAWriteLosesOnlyThatCopy()
    {
        long whole;
        using (EmergencyStore store = Open())
        {
            store.Store(1, Envelope(1));
            whole = store.Bytes;
            store.Store(2, Envelope(2));
        }
        byte[] bytes = File.ReadAllBytes(LogPath);
        for (long length = whole; length < bytes.Length; length += 61)
        {
            File.WriteAllBytes(LogPath, bytes[..(int)length]);
            using EmergencyStore torn = Open();
            Assert.Equal(1, torn.Count);
            torn.Store(3, Envelope(3));
            Assert.Equal(Envelope(3), torn.Read(Sha256(3)));
        }
    }

    [Fact]
    public void DamagedBytesAreNeverServedAndAreKeptAside()
    {
        using (EmergencyStore store = Open())
        {
            store.Store(1, Envelope(1));
            store.Store(2, Envelope(2));
        }
        byte[] bytes = File.ReadAllBytes(LogPath);
        bytes[^5] ^= 1;
        File.WriteAllBytes(LogPath, bytes);
        using EmergencyStore damaged = Open();
        Assert.Null(damaged.Read(Sha256(2)));
        Assert.Equal(Envelope(1), damaged.Read(Sha256(1)));
        Assert.True(File.Exists(LogPath + ".damaged"));
    }

    [Fact]
    public void VolumeAndAgeAreCapped()
    {
        ManualClock clock = new();
        using EmergencyStore store = Open(new EmergencyOptions { LocationPrefix = "x:", BytesMax = 3_000, AgeMsMax = 60_000 }, clock);
        store.Store(1, Envelope(1));
        store.Store(2, Envelope(2));
        Assert.Equal("DSDN-E-EMERGENCY-VOLUME", Assert.Throws<EmergencyRefusedException>(() => store.Store(3, Envelope(3))).Code);
        clock.Now += TimeSpan.FromMilliseconds(60_001);
        Assert.Equal("DSDN-E-EMERGENCY-AGE", Assert.Throws<EmergencyRefusedException>(() => store.Store(4, Envelope(4))).Code);
        Assert.False(store.TryEmpty(static seq => seq == 2));
        Assert.True(store.TryEmpty(static _ => false));
        store.Store(4, Envelope(4));
        Assert.Equal(1, store.Count);
    }

    [Fact]
    public void AMirrorHasWhatTheLogLostAndIsNotBelieved()
    {
        FolderMirror mirror = new(Path.Combine(_folder, "mirror"));
        EmergencyOptions options = new() { LocationPrefix = "x:", Mirrors = [mirror], MirrorsRequired = 1 };
        using (EmergencyStore store = Open(options)) store.Store(1, Envelope(1));
        File.Delete(LogPath);
        using EmergencyStore empty = Open(options);
        Assert.Equal(Envelope(1), empty.Read(Sha256(1)));
        File.WriteAllBytes(Path.Combine(_folder, "mirror", Convert.ToHexStringLower(SHA256.HashData(Envelope(1)))), Envelope(2));
        Assert.Null(empty.Read(Sha256(1)));
    }

    [Fact]
    public async Task AServerTakesCopiesByPutAndARefusalCounts()
    {
        using HttpListener listener = new();
        int port = Port();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        Dictionary<string, byte[]> kept = [];
        bool isFull = false;
        Task serving = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                HttpListenerContext call = await listener.GetContextAsync();
                string name = call.Request.Url!.AbsolutePath;
                if (call.Request.HttpMethod == "PUT" && !isFull)
                {
                    using MemoryStream body = new();
                    await call.Request.InputStream.CopyToAsync(body);
                    kept[name] = body.ToArray();
                    call.Response.StatusCode = 201;
                }
                else if (kept.TryGetValue(name, out byte[]? content) && call.Request.HttpMethod == "GET")
                {
                    await call.Response.OutputStream.WriteAsync(content);
                }
                else
                {
                    call.Response.StatusCode = isFull ? 507 : 404;
                }
                call.Response.Close();
            }
        });
        using HttpClient client = new();
        HttpMirror mirror = new(client, new Uri($"http://127.0.0.1:{port}/da/"), TimeSpan.FromSeconds(20));
        EmergencyOptions options = new() { LocationPrefix = "x:", Mirrors = [mirror], MirrorsRequired = 1 };
        using (EmergencyStore store = Open(options)) store.Store(1, Envelope(1));
        File.Delete(LogPath);
        using EmergencyStore empty = Open(options);
        Assert.Equal(Envelope(1), empty.Read(Sha256(1)));
        Assert.Null(empty.Read(Sha256(9)));
        isFull = true;
        EmergencyRefusedException refused = Assert.Throws<EmergencyRefusedException>(() => empty.Store(2, Envelope(2)));
        Assert.Equal("DSDN-E-EMERGENCY-MIRRORS", refused.Code);
        Assert.Contains("507", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, empty.Count);
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Fact]
    public void TwoProcessesCannotHaveTheSameOutbox()
    {
        string folder = Path.Combine(_folder, "outbox");
        using OutboxFolder mine = OutboxFolder.Open(folder);
        Assert.ThrowsAny<IOException>(() => OutboxFolder.Open(folder));
        Assert.NotNull(OutboxFolder.View(folder)); // looking is allowed
        Assert.Null(OutboxFolder.View(Path.Combine(_folder, "nothing")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private EmergencyStore Open(EmergencyOptions? options = null, TimeProvider? clock = null) =>
        EmergencyStore.Open(LogPath, Seed, options ?? new EmergencyOptions { LocationPrefix = "https://example.org/da/" }, clock);

    private static byte[] Envelope(int number) => [.. Enumerable.Range(0, 1_000).Select(i => (byte)((i * number) ^ (i >> 3)))];

    private static Hash256 Sha256(int number) => new(SHA256.HashData(Envelope(number)));

    private static int Port()
    {
        using System.Net.Sockets.TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    private sealed class ManualClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
