using System.Runtime.InteropServices;

namespace Dsdn.Host.Networks;

/// <summary>SIGTERM and Ctrl-C ask to stop, which is an orderly end.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;

    /// <param name="withInput">The end of standard input asks too.</param>
    public StopSignals(bool withInput, CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _terminate = On(PosixSignal.SIGTERM);
        _interrupt = On(PosixSignal.SIGINT);
        if (withInput) InputEnd.Cancels(_stop);
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
        _stop.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has stopped already; the signal came late.
        }
    });
}
