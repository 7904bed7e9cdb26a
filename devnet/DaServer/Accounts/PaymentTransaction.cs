using System.Text;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Accounts;

/// <summary>The signed transaction of Cosmos SDK that pays for blobs: one MsgPayForBlobs, one signature of mode DIRECT.</summary>
internal static class PaymentTransaction
{
    public const string Denom = "utia";

    private const string KeyTypeUrl = "/cosmos.crypto.secp256k1.PubKey";
    private const ulong DirectMode = 1;

    /// <param name="payer">Another account that pays the fee, or null.</param>
    /// <returns>Tx {body = 1, auth_info = 2, signatures = 3}.</returns>
    public static byte[] Sign(
        AccountKey signer, ulong accountNumber, ulong sequence, string chainId, IReadOnlyList<(Blob Blob, Hash256 Commitment)> blobs, ulong gas, UInt128 feeUtia, AccountKey? payer)
    {
        PayForBlobs message = new(
            signer.Address,
            [.. blobs.Select(static entry => entry.Blob.Namespace)],
            [.. blobs.Select(static entry => (uint)entry.Blob.Data.Length)],
            [.. blobs.Select(static entry => entry.Commitment)],
            [.. blobs.Select(static entry => (uint)entry.Blob.ShareVersion)]);
        byte[] body = new ProtobufWriter().Message(1, Any(PayForBlobs.TypeUrl, message.Encode())).ToArray();
        byte[] signerInfo = new ProtobufWriter()
            .Message(1, Any(KeyTypeUrl, new ProtobufWriter().Bytes(1, signer.PublicKey).ToArray()))
            .Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Varint(1, DirectMode).ToArray()).ToArray())
            .Varint(3, sequence)
            .ToArray();
        byte[] fee = new ProtobufWriter()
            .Message(1, new ProtobufWriter().Bytes(1, Encoding.UTF8.GetBytes(Denom)).Bytes(2, Encoding.UTF8.GetBytes(feeUtia.ToString(System.Globalization.CultureInfo.InvariantCulture))).ToArray())
            .Varint(2, gas)
            .Bytes(4, payer is null ? [] : Encoding.UTF8.GetBytes(payer.Address))
            .ToArray();
        byte[] authInfo = new ProtobufWriter().Message(1, signerInfo).Message(2, fee).ToArray();
        // SignDoc {body_bytes = 1, auth_info_bytes = 2, chain_id = 3, account_number = 4}
        byte[] signed = new ProtobufWriter().Bytes(1, body).Bytes(2, authInfo).Bytes(3, Encoding.UTF8.GetBytes(chainId)).Varint(4, accountNumber).ToArray();
        return new ProtobufWriter().Message(1, body).Message(2, authInfo).Message(3, signer.Sign(signed)).ToArray();
    }

    private static byte[] Any(string typeUrl, byte[] value) => new ProtobufWriter().Bytes(1, Encoding.UTF8.GetBytes(typeUrl)).Bytes(2, value).ToArray();
}
