using Dsdn.Celestia.Namespaces;

namespace Dsdn.Celestia.Shares;

/// <summary>What a user publishes under a namespace. Every instance keeps Celestia's rules for blobs.</summary>
public sealed class Blob
{
    private Blob(Namespace name, ReadOnlyMemory<byte> data, byte shareVersion, ReadOnlyMemory<byte> signer) =>
        (Namespace, Data, ShareVersion, Signer) = (name, data, shareVersion, signer);

    public Namespace Namespace { get; }

    /// <summary>1 to <see cref="DaLimits.BlobBytesMax"/> bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    public byte ShareVersion { get; }

    /// <summary>The 20-byte address of who pays, in share versions 1 and 2; otherwise empty.</summary>
    public ReadOnlyMemory<byte> Signer { get; }

    public int ShareCount => ShareFormat.SharesNeeded(Data.Length, ShareVersion);

    /// <summary>A blob of share version 0. Where it is refused, the details are celestia-node's texts.</summary>
    public static DaVerdict TryCreate(Namespace name, ReadOnlyMemory<byte> data, out Blob? blob) =>
        TryCreate(name, data, ShareFormat.Version0, default, out blob);

    /// <param name="blob">Null where it is refused.</param>
    public static DaVerdict TryCreate(Namespace name, ReadOnlyMemory<byte> data, byte shareVersion, ReadOnlyMemory<byte> signer, out Blob? blob)
    {
        blob = null;
        if (!name.IsForBlobs) return new DaVerdict(DaFault.Namespace, $"invalid user namespace: {name}");
        if (data.IsEmpty) return Refuse("data can not be empty");
        if (data.Length > DaLimits.BlobBytesMax) return Refuse($"{data.Length} bytes, at most {DaLimits.BlobBytesMax} are possible");
        if (shareVersion > ShareFormat.Version2) return Refuse($"share version {shareVersion} not supported. Please use 0, 1, or 2");
        int signerBytes = ShareFormat.HasSigner(shareVersion) ? ShareFormat.SignerBytes : 0;
        if (signer.Length != signerBytes) return Refuse(signerBytes == 0 ? $"share version {shareVersion} does not support signer" : $"share version {shareVersion} requires signer of size {signerBytes} bytes");
        if (shareVersion == ShareFormat.Version2 && data.Length != ShareFormat.Version2DataBytes)
            return Refuse($"{data.Length} bytes, share version 2 has {ShareFormat.Version2DataBytes}");
        blob = new Blob(name, data, shareVersion, signer);
        return DaVerdict.Valid;

        static DaVerdict Refuse(string what) => new(DaFault.Blob, what);
    }
}
