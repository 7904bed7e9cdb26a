namespace Dsdn.Host.Networks;

/// <summary>A pipe from the process that started this one ends when that one does, however it ends.</summary>
internal static class InputEnd
{
    /// <summary>Cancels when standard input ends; what is read from it is ignored.</summary>
    public static void Cancels(CancellationTokenSource stop)
    {
        var reader = new Thread(() =>
        {
            using Stream input = Console.OpenStandardInput();
            byte[] ignored = new byte[256];
            while (input.Read(ignored) > 0)
            {
            }
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has stopped already.
            }
        }) { Name = "input", IsBackground = true };
        reader.Start();
    }
}
