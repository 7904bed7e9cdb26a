namespace Dsdn.Chain.Codecs.Rlp;

/// <summary>Checks that bytes are one canonical RLP item and nothing else, down to the leaves.</summary>
public static class RlpValidator
{
    public static RlpError Check(ReadOnlySpan<byte> input, int depthMax = RlpReader.DepthMax, int inputBytesMax = RlpReader.InputBytesMax)
    {
        RlpReader reader = new(input, depthMax, inputBytesMax);
        RlpError error = CheckItem(ref reader);
        if (error != RlpError.None) return error;
        reader.TryEnd();
        return reader.Error;
    }

    /// <summary>Recursion is bounded by the reader's depth limit.</summary>
    private static RlpError CheckItem(ref RlpReader reader)
    {
        if (!reader.NextIsList)
        {
            reader.TryReadBytes(out _);
            return reader.Error;
        }
        if (!reader.TryReadList(out RlpReader items)) return reader.Error;
        while (!items.AtEnd)
        {
            RlpError error = CheckItem(ref items);
            if (error != RlpError.None) return error;
        }
        return RlpError.None;
    }
}
