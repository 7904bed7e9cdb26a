using System.Buffers.Binary;

namespace Dsdn.Celestia.Shares;

/// <summary>A blob as shares.</summary>
public static class BlobWriter
{
    public static byte[] Write(Blob blob)
    {
        byte[] shares = new byte[blob.ShareCount * ShareFormat.Bytes];
        Write(blob, 0, shares);
        return shares;
    }

    /// <summary>Writes the blob's shares from number <paramref name="first"/> on.</summary>
    /// <param name="shares">As many times 512 bytes as shares are wanted; not beyond the last share.</param>
    public static void Write(Blob blob, int first, Span<byte> shares)
    {
        ArgumentNullException.ThrowIfNull(blob);
        ReadOnlySpan<byte> data = blob.Data.Span;
        Span<byte> name = stackalloc byte[ShareFormat.InfoAt];
        blob.Namespace.CopyTo(name);
        for (int i = first; !shares.IsEmpty; i++, shares = shares[ShareFormat.Bytes..])
        {
            Span<byte> share = shares[..ShareFormat.Bytes];
            name.CopyTo(share);
            share[ShareFormat.InfoAt] = ShareFormat.Info(blob.ShareVersion, i == 0);
            int at = ShareFormat.LengthAt, from = 0;
            if (i == 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(share[ShareFormat.LengthAt..], (uint)data.Length);
                blob.Signer.Span.CopyTo(share[(ShareFormat.LengthAt + ShareFormat.LengthBytes)..]);
                at = ShareFormat.FirstDataAt(blob.ShareVersion);
            }
            else
            {
                from = ShareFormat.FirstBytes(blob.ShareVersion) + ((i - 1) * ShareFormat.ContinuationBytes);
            }
            int taken = Math.Min(ShareFormat.Bytes - at, data.Length - from);
            data.Slice(from, taken).CopyTo(share[at..]);
            share[(at + taken)..].Clear();
        }
    }
}
