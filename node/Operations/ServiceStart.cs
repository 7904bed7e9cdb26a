using Dsdn.Node.Configuration;

namespace Dsdn.Node.Operations;

/// <summary>How a process of a service starts: what was opened is closed again where it does not.</summary>
public static class ServiceStart
{
    /// <param name="folder">Belongs to the process once it is made.</param>
    /// <param name="start">Begins to serve.</param>
    /// <exception cref="ConfigurationException">an address is taken</exception>
    public static async Task<T> RunAsync<T>(IDisposable folder, Func<Task<T>> make, Func<T, Task> start)
        where T : class, IAsyncDisposable
    {
        T? process = null;
        try
        {
            process = await make();
            await start(process);
            return process;
        }
        catch (IOException e) when (process is not null)
        {
            await process.DisposeAsync();
            throw new ConfigurationException($"--listen: {e.Message}");
        }
        catch
        {
            if (process is not null) await process.DisposeAsync();
            else folder.Dispose();
            throw;
        }
    }
}
