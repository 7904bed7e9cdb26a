using System.Numerics;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Transactions;

/// <summary>
/// Recovers and sets <see cref="Transaction.Sender"/>: chain id, v, the ranges of r and s, low s (EIP-2), then the curve.
/// Costly (tens of microseconds): once a transaction.
/// </summary>
public static class SenderRecovery
{
    private static readonly Uint256 Order = Uint256.FromBigEndian(Hex.Decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
    private static readonly Uint256 HalfOrder = Order / 2UL;

    /// <summary>Null, and the sender is set; or why it has none.</summary>
    /// <param name="chainId">The only one accepted. Legacy transactions without one are recovered too; <see cref="TransactionRules"/> refuses them.</param>
    public static TransactionError? Recover(Transaction transaction, ulong chainId)
    {
        if (transaction.Type == TransactionType.System)
        {
            transaction.Sender = SystemTransaction.Sender;
            return null;
        }
        if (CheckParity(transaction, chainId, out byte parity) is { } fault) return fault;
        if (transaction.R.IsZero || transaction.S.IsZero || transaction.R >= Order || transaction.S > HalfOrder) return TransactionError.InvalidSignature;

        Span<byte> signature = stackalloc byte[Secp256k1.SignatureSize];
        transaction.R.WriteBigEndian(signature);
        transaction.S.WriteBigEndian(signature[32..]);
        if (!Secp256k1.TryRecover(TransactionDraft.Of(transaction).SigningHash(), signature, parity, out Address sender)) return TransactionError.NotRecoverable;
        transaction.Sender = sender;
        return null;
    }

    private static TransactionError? CheckParity(Transaction transaction, ulong chainId, out byte parity)
    {
        parity = 0;
        if (transaction.Type != TransactionType.Legacy)
        {
            if (transaction.ChainId != chainId) return WrongChain(transaction.ChainId ?? 0, chainId);
            if (transaction.V > Uint256.One) return TransactionError.InvalidSignature;
            parity = (byte)transaction.V.ToUInt64();
            return null;
        }
        if (!Eip155.IsProtected(transaction.V))
            return Eip155.TryParity(transaction.V, null, out parity) ? null : TransactionError.InvalidSignature;
        if (Eip155.TryParity(transaction.V, chainId, out parity)) return null;
        BigInteger signed = transaction.V.ToBigInteger() - 35;
        return signed.Sign < 0 ? TransactionError.InvalidSignature : WrongChain(signed / 2, chainId);
    }

    private static TransactionError WrongChain(BigInteger have, ulong want) =>
        new("DSDN-E-TX-CHAIN-ID", $"invalid sender: invalid chain id for signer: have {have} want {want}");
}
