using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// The state after a batch, which any archive can serve: seq u64 | core hash 32 | data root 32 | operations root 32 | content
/// hash 32 | content length u64. The content itself is not in the log (rulings 40).
/// </summary>
/// <param name="Seq">The batch after which the state is taken; below the one the event stands in.</param>
/// <param name="CoreHash">Of that batch.</param>
/// <param name="DataRoot">Part of the state that users own (rulings 33).</param>
/// <param name="OperationsRoot">The rest.</param>
/// <param name="ContentHash">SHA-256 of the canonical dump.</param>
public sealed record Checkpoint(ulong Seq, Hash256 CoreHash, Hash256 DataRoot, Hash256 OperationsRoot, Hash256 ContentHash, ulong ContentBytes) : EventBody
{
    public override EventKind Kind => EventKind.Checkpoint;

    /// <summary>What headers and anchors carry.</summary>
    public Hash256 Root => LogStateRoot.Of(DataRoot, OperationsRoot);

    internal static EventBody Read(ref LogReader reader)
    {
        Checkpoint read = new(reader.U64(), reader.Hash(), reader.Hash(), reader.Hash(), reader.Hash(), reader.U64());
        if (read.Seq == 0) reader.Fail(LogFault.Value);
        return read;
    }

    internal override void Write(LogWriter writer) =>
        writer.U64(Seq).Hash(CoreHash).Hash(DataRoot).Hash(OperationsRoot).Hash(ContentHash).U64(ContentBytes);
}
