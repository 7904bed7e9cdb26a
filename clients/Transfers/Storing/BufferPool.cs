using System.Threading.Channels;

namespace Dsdn.Transfers.Storing;

/// <summary>A fixed number of buffers, made when they are first needed.</summary>
internal sealed class BufferPool
{
    private readonly Channel<ChunkBuffer?> _free;
    private readonly int _bytes;

    /// <param name="budgetBytes">For all of them; two at least.</param>
    public BufferPool(int bytesEach, long budgetBytes)
    {
        _bytes = bytesEach;
        int count = (int)Math.Clamp(budgetBytes / bytesEach, 2, 64);
        _free = Channel.CreateBounded<ChunkBuffer?>(count);
        for (int i = 0; i < count; i++) _free.Writer.TryWrite(null);
    }

    public async ValueTask<ChunkBuffer> RentAsync(CancellationToken cancel) => await _free.Reader.ReadAsync(cancel) ?? new ChunkBuffer(GC.AllocateUninitializedArray<byte>(_bytes));

    public void Return(ChunkBuffer buffer) => _free.Writer.TryWrite(buffer);
}
