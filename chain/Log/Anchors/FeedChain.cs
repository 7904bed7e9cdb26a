using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Log.Anchors;

/// <summary>
/// The feed of a module (rulings 36): feed = Keccak256(feed before | record), and how many records there were. Every module with a
/// feed keeps both in the same two scalar tables, so that one rule finds them.
/// </summary>
public static class FeedChain
{
    public const ushort FeedTable = RecordKey.ScalarBit | 6;

    public const ushort SequenceTable = RecordKey.ScalarBit | 7;

    public const byte Nodes = 1, Committee = 2, Agreements = 10;

    /// <summary>The feed after one more record.</summary>
    public static Hash256 Extend(in Hash256 feed, ReadOnlySpan<byte> record)
    {
        KeccakHasher hasher = default;
        hasher.Append(feed.Span);
        hasher.Append(record);
        return hasher.Finish();
    }

    public static Hash256 FeedSlot(byte module) => RecordKey.Slot(RecordKey.Make(module, FeedTable, default));

    public static Hash256 SequenceSlot(byte module) => RecordKey.Slot(RecordKey.Make(module, SequenceTable, default));
}
