using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Dsdn.Sdk.Files;

/// <summary>
/// STREAM (Hoang, Reyhanitabar, Rogaway, Vizar 2015) over AES-256-GCM: the nonce of a segment is prefix 7 | segment u32 | last u8, and
/// the counter runs over the whole file. One thread at a time.
/// </summary>
public sealed class SegmentCipher : IDisposable
{
    public const int NonceBytes = FileKey.PrefixSize + 4 + 1;

    private readonly AesGcm _aes;
    private readonly byte[] _prefix;
    private readonly byte[] _associated = new byte[ChunkHeader.AssociatedBytes];
    private ChunkHeader? _associatedOf;

    public SegmentCipher(FileKey key) => (_aes, _prefix) = (new AesGcm(key.Key, FileLayout.TagBytes), key.Prefix.ToArray());

    public static void WriteNonce(Span<byte> to, ReadOnlySpan<byte> prefix, uint segment, bool isLast)
    {
        prefix.CopyTo(to);
        BinaryPrimitives.WriteUInt32BigEndian(to[FileKey.PrefixSize..], segment);
        to[NonceBytes - 1] = isLast ? (byte)1 : (byte)0;
    }

    /// <param name="output">As long as the plain bytes and 16 more.</param>
    public void Seal(in ChunkHeader header, uint segment, bool isLast, ReadOnlySpan<byte> plain, Span<byte> output)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        WriteNonce(nonce, _prefix, segment, isLast);
        Associate(header);
        _aes.Encrypt(nonce, plain, output[..plain.Length], output.Slice(plain.Length, FileLayout.TagBytes), _associated);
    }

    /// <summary>False, and the output wiped, where the bytes are not what was sealed there.</summary>
    public bool TryOpen(in ChunkHeader header, uint segment, bool isLast, ReadOnlySpan<byte> box, Span<byte> plain)
    {
        if (box.Length <= FileLayout.TagBytes) return false;
        Span<byte> nonce = stackalloc byte[NonceBytes];
        WriteNonce(nonce, _prefix, segment, isLast);
        Associate(header);
        try
        {
            _aes.Decrypt(nonce, box[..^FileLayout.TagBytes], box[^FileLayout.TagBytes..], plain[..(box.Length - FileLayout.TagBytes)], _associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            plain.Clear();
            return false;
        }
    }

    /// <summary>Why a segment does not open, found by the other value of its last mark.</summary>
    internal FileFault Diagnose(in ChunkHeader header, uint segment, bool isLast, ReadOnlySpan<byte> box)
    {
        byte[] plain = new byte[Math.Max(0, box.Length - FileLayout.TagBytes)];
        bool opensOtherwise = TryOpen(header, segment, !isLast, box, plain);
        CryptographicOperations.ZeroMemory(plain);
        if (!opensOtherwise) return FileFault.Tampered;
        return isLast ? FileFault.Truncated : FileFault.Extended;
    }

    public void Dispose() => _aes.Dispose();

    private void Associate(in ChunkHeader header)
    {
        if (_associatedOf == header) return;
        header.WriteAssociated(_associated);
        _associatedOf = header;
    }
}
