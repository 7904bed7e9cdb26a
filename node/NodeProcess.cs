using System.Runtime.InteropServices;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node;

/// <summary>Runs a node in the foreground until it is told to stop.</summary>
public static class NodeProcess
{
    /// <summary>Returns the height at which it stopped; throws what ended it.</summary>
    public static async Task<ulong> RunAsync(NodeOptions options, CancellationToken cancellation)
    {
        using ILoggerFactory logs = LogSetup.Create(options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using PosixSignalRegistration terminate = OnSignal(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, stop);
        await using ValidatorNode? node = await StartAsync(options, logs, stop.Token);
        if (node is null) return 0;
        await Console.Out.WriteLineAsync($"ready: {node.Description}");
        await Console.Out.FlushAsync(CancellationToken.None);
        Exception? failure = await node.EndedAsync(stop.Token);
        NodeLog.Stopping(logs.CreateLogger("dsdn.node"), node.Height);
        return failure is null ? node.Height : throw failure;
    }

    /// <summary>Null: told to stop before it ran.</summary>
    private static async Task<ValidatorNode?> StartAsync(NodeOptions options, ILoggerFactory logs, CancellationToken stop)
    {
        try
        {
            return await ValidatorNode.StartAsync(options, logs, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has stopped already; the signal came late.
            }
        });
}

internal static partial class NodeLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "stopping height {Height}")]
    public static partial void Stopping(ILogger logger, ulong height);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "chain opened chain_id {ChainId} height {Height} root {StateRoot}")]
    public static partial void Opened(ILogger logger, ulong chainId, ulong height, string stateRoot);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "json-rpc method {Method} failed")]
    public static partial void RpcFault(ILogger logger, string method, Exception error);
}
