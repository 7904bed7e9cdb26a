namespace Dsdn.DaServer;

/// <summary>The server cannot run: its folder is in use or damaged, its address taken, an option impossible.</summary>
/// <param name="isIntegrity">Data on disk is not what was written.</param>
public sealed class DaServerException(string message, bool isIntegrity = false, Exception? inner = null) : Exception(message, inner)
{
    public bool IsIntegrity => isIntegrity;
}
