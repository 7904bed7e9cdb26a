using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Transactions;

/// <summary>ethers.js' generated transactions: unsigned form, signature and signed form of each type this chain takes.</summary>
public sealed class EthersTransactionVectorTests
{
    [Theory]
    [InlineData("Legacy", TransactionType.Legacy)]
    [InlineData("Eip155", TransactionType.Legacy)]
    [InlineData("Berlin", TransactionType.AccessList)]
    [InlineData("London", TransactionType.DynamicFee)]
    public void VectorSigningGivesTheSameBytesAndDecodingGivesThemBack(string form, TransactionType type)
    {
        int checkedCases = 0;
        foreach (JsonElement test in Vectors.Json("ethers-transactions.json").GetProperty("tests").EnumerateArray())
        {
            string signed = test.GetProperty("signed" + form).GetString()!;
            if (signed.Length == 0) continue;
            string name = test.GetProperty("name").GetString()!;
            TransactionDraft draft = Draft(test.GetProperty("transaction"), type, protect: form != "Legacy");
            byte[] key = Hex.Decode(test.GetProperty("privateKey").GetString()!);

            Assert.True(Hex.Encode(draft.SigningPayload()) == test.GetProperty("unsigned" + form).GetString(), $"{name}: unsigned");
            Transaction transaction = draft.Sign(key)!;
            Assert.True(Hex.Encode(transaction.Raw.Span) == signed, $"{name}: signed");

            Assert.True(TransactionCodec.TryDecode(Hex.Decode(signed), out Transaction? decoded, out TransactionError? error), $"{name}: {error?.Message}");
            Assert.Null(SenderRecovery.Recover(decoded, draft.ChainId ?? 0));
            Assert.True(Secp256k1.TryAddress(key, out Address expected));
            Assert.Equal(expected, decoded.Sender);
            Assert.Equal(transaction.Hash, decoded.Hash);
            Assert.Equal(signed, Hex.Encode(TransactionDraft.Of(decoded).WithSignature(decoded.R, decoded.S, Parity(decoded)).Raw.Span));
            checkedCases++;
        }
        Assert.True(checkedCases > 200, $"{checkedCases} cases");
    }

    private static byte Parity(Transaction transaction)
    {
        if (transaction.Type != TransactionType.Legacy) return (byte)transaction.V.ToUInt64();
        Assert.True(Eip155.TryParity(transaction.V, transaction.ChainId, out byte parity));
        return parity;
    }

    private static TransactionDraft Draft(JsonElement source, TransactionType type, bool protect)
    {
        Uint256 price = Number(source, "gasPrice");
        return new TransactionDraft
        {
            Type = type,
            ChainId = type != TransactionType.Legacy || protect ? Number(source, "chainId").ToUInt64() : null,
            Nonce = Number(source, "nonce").ToUInt64(),
            MaxFeePerGas = type == TransactionType.DynamicFee ? Number(source, "maxFeePerGas") : price,
            MaxPriorityFeePerGas = type == TransactionType.DynamicFee ? Number(source, "maxPriorityFeePerGas") : price,
            GasLimit = Number(source, "gasLimit").ToUInt64(),
            To = source.TryGetProperty("to", out JsonElement to) && to.GetString() is { Length: > 0 } address ? Address.Parse(address) : null,
            Value = Number(source, "value"),
            Data = source.TryGetProperty("data", out JsonElement data) ? Hex.Decode(data.GetString()!) : default(ReadOnlyMemory<byte>),
            AccessList = source.TryGetProperty("accessList", out JsonElement list)
                ? [.. list.EnumerateArray().Select(entry => new AccessListEntry(
                    Address.Parse(entry.GetProperty("address").GetString()!),
                    [.. entry.GetProperty("storageKeys").EnumerateArray().Select(key => Hash256.Parse(key.GetString()!))]))]
                : [],
        };
    }

    private static Uint256 Number(JsonElement source, string name)
    {
        if (!source.TryGetProperty(name, out JsonElement value)) return Uint256.Zero;
        if (value.ValueKind == JsonValueKind.Number) return value.GetUInt64();
        return Uint256.FromBigInteger(BigInteger.Parse("0" + value.GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
