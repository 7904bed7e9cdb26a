using System.Security.Cryptography;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Batches;

/// <summary>From events and receipts to a header with everything that follows from the body, and the body's bytes.</summary>
public static class BatchSealer
{
    /// <param name="template">All fields that do not follow from the body.</param>
    /// <param name="brotliQuality">0 to 11; null leaves the body as it is.</param>
    public static (BatchHeader Header, byte[] Body) Seal(BatchHeader template, BatchBody body, int? brotliQuality)
    {
        byte[] plain = BatchBodyCodec.Encode(body);
        byte[]? packed = brotliQuality is int quality ? BatchBodyCodec.Compress(plain, quality) : null;
        byte[] encoded = packed ?? plain;
        BatchHeader header = template with
        {
            EventsCount = (uint)body.Events.Count, EventsRoot = BatchRoots.Root(body.Events), ReceiptsCount = (uint)body.Receipts.Count,
            ReceiptsRoot = BatchRoots.Root(body.Receipts), BodyCodec = packed is null ? BodyCodec.Raw : BodyCodec.Brotli,
            BodyBytes = (uint)plain.Length, BodyHash = new Hash256(SHA256.HashData(encoded)),
        };
        return (header, encoded);
    }
}
