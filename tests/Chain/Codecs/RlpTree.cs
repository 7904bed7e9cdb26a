using Dsdn.Chain.Codecs.Rlp;

namespace Dsdn.Chain.Tests.Codecs;

/// <summary>A decoded item of any shape: bytes, or a list when <see cref="Items"/> is set.</summary>
public sealed record RlpTree(byte[] Bytes, List<RlpTree>? Items)
{
    public static RlpTree? Decode(ReadOnlySpan<byte> input)
    {
        RlpReader reader = new(input);
        RlpTree? tree = Read(ref reader);
        return tree is not null && reader.TryEnd() ? tree : null;
    }

    public static byte[] Encode(RlpTree tree)
    {
        RlpWriter writer = new([]);
        Write(ref writer, tree);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    private static RlpTree? Read(ref RlpReader reader)
    {
        if (!reader.NextIsList) return reader.TryReadBytes(out ReadOnlySpan<byte> bytes) ? new RlpTree(bytes.ToArray(), null) : null;
        if (!reader.TryReadList(out RlpReader inside)) return null;
        List<RlpTree> items = [];
        while (!inside.AtEnd)
        {
            RlpTree? item = Read(ref inside);
            if (item is null) return null;
            items.Add(item);
        }
        return new RlpTree([], items);
    }

    private static void Write(ref RlpWriter writer, RlpTree tree)
    {
        if (tree.Items is null)
        {
            writer.Write(tree.Bytes);
            return;
        }
        int mark = writer.BeginList();
        foreach (RlpTree item in tree.Items) Write(ref writer, item);
        writer.EndList(mark);
    }
}
