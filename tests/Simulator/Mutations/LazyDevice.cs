using Dsdn.Consensus.Wal;

namespace Dsdn.Simulator.Mutations;

/// <summary>A log device that says it has synced and has not.</summary>
internal sealed class LazyDevice(IWalDevice device) : IWalDevice
{
    public byte[] ReadAll() => device.ReadAll();

    public void Write(long offset, ReadOnlySpan<byte> bytes) => device.Write(offset, bytes);

    public void Sync()
    {
    }
}
