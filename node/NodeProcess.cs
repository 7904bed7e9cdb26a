using System.Runtime.InteropServices;
using Dsdn.Chain.State.Storage;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node;

/// <summary>Runs a node in the foreground until it is told to stop, and maps its end to the exit classes of rulings 13.</summary>
public static class NodeProcess
{
    public const int ExitDone = 0;
    public const int ExitUsage = 2;
    public const int ExitKey = 4;
    public const int ExitIntegrity = 5;

    public static async Task<int> RunAsync(NodeOptions options, CancellationToken cancellation)
    {
        using ILoggerFactory logs = LogSetup.Create(options);
        ILogger logger = logs.CreateLogger("dsdn.node");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using PosixSignalRegistration terminate = OnSignal(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, stop);
        try
        {
            await using ValidatorNode node = await ValidatorNode.StartAsync(options, logs);
            await Console.Out.WriteLineAsync($"ready: {node.Description}");
            await Console.Out.FlushAsync(CancellationToken.None);
            Exception? failure = await node.EndedAsync(stop.Token);
            NodeLog.Stopping(logger, node.Height);
            return failure is null ? ExitDone : ExitIntegrity;
        }
        catch (ConfigurationException e)
        {
            return Fail(ExitUsage, "DSDN-E-CONFIG", e.Message);
        }
        catch (KeyFileException e)
        {
            return Fail(ExitKey, "DSDN-E-KEY", e.Message);
        }
        catch (DllNotFoundException e)
        {
            return Fail(ExitUsage, "DSDN-E-SYSTEM", $"a system library is missing: {e.Message}; run `dsdn doctor`");
        }
        catch (Exception e) when (e is StorageException or InvalidDataException or DoubleSignException)
        {
            return Fail(ExitIntegrity, "DSDN-E-INTEGRITY", e.Message);
        }
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });

    private static int Fail(int exit, string code, string message)
    {
        Console.Error.WriteLine($"{code}: {message}");
        return exit;
    }
}

internal static partial class NodeLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "stopping height {Height}")]
    public static partial void Stopping(ILogger logger, ulong height);

    [LoggerMessage(Level = LogLevel.Information, Message = "chain opened chain_id {ChainId} height {Height} root {StateRoot}")]
    public static partial void Opened(ILogger logger, ulong chainId, ulong height, string stateRoot);

    [LoggerMessage(Level = LogLevel.Error, Message = "json-rpc method {Method} failed")]
    public static partial void RpcFault(ILogger logger, string method, Exception error);
}
