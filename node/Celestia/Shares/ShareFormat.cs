using Dsdn.Celestia.Namespaces;

namespace Dsdn.Celestia.Shares;

/// <summary>
/// The share: namespace 29 | info 1 | [length of the sequence 4, big-endian, first share] | [signer 20, first share of version 1
/// and 2] | data, filled with zeros to 512 bytes. The info byte is share version * 2 + (1 in the first share of a sequence).
/// </summary>
public static class ShareFormat
{
    public const int Bytes = 512;

    public const byte Version0 = 0;

    /// <summary>With the signer of the transaction in the first share.</summary>
    public const byte Version1 = 1;

    /// <summary>A reference to data kept elsewhere: 36 bytes, one share. Read, never written by us.</summary>
    public const byte Version2 = 2;

    public const int SignerBytes = 20;

    /// <summary>The data of a share of version 2: a version and a commitment.</summary>
    public const int Version2DataBytes = 36;

    public const int LengthBytes = 4;
    public const int InfoAt = Namespace.Size;
    public const int LengthAt = InfoAt + 1;

    /// <summary>Data bytes of every share but the first.</summary>
    public const int ContinuationBytes = Bytes - LengthAt;

    /// <summary>Where the data of the first share starts.</summary>
    public static int FirstDataAt(byte version) => LengthAt + LengthBytes + (HasSigner(version) ? SignerBytes : 0);

    /// <summary>Data bytes of the first share.</summary>
    public static int FirstBytes(byte version) => Bytes - FirstDataAt(version);

    public static bool HasSigner(byte version) => version is Version1 or Version2;

    public static byte Info(byte version, bool isStart) => (byte)((version << 1) | (isStart ? 1 : 0));

    /// <summary>Shares of a blob with that many bytes of data, at least one.</summary>
    public static int SharesNeeded(int dataBytes, byte version)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dataBytes);
        int rest = dataBytes - FirstBytes(version);
        return rest <= 0 ? 1 : 1 + ((rest + ContinuationBytes - 1) / ContinuationBytes);
    }

    /// <summary>Writes a share of padding: the start of a sequence of length 0.</summary>
    /// <param name="share">512 bytes.</param>
    public static void WritePadding(Namespace name, byte version, Span<byte> share)
    {
        share[..Bytes].Clear();
        name.CopyTo(share);
        share[InfoAt] = Info(version, isStart: true);
    }
}
