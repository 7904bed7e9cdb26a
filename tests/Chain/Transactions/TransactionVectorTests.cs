using System.Globalization;
using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Transactions;

/// <summary>ethereum/tests TransactionTests: the verdict of the newest fork of each case (Cancun, else Shanghai, else London), on chain 1.</summary>
public sealed class TransactionVectorTests
{
    private static readonly string[] ForksNewestFirst = ["Cancun", "Shanghai", "London"];

    [Fact]
    public void VectorVerdictSenderHashAndIntrinsicGasOfTheNewestFork()
    {
        List<string> wrong = [];
        int valid = 0, invalid = 0;
        foreach (JsonProperty test in Vectors.Json("TransactionTests.json").GetProperty("tests").EnumerateObject())
        {
            JsonElement results = test.Value.GetProperty("result");
            JsonElement expected = results.GetProperty(ForksNewestFirst.First(fork => results.TryGetProperty(fork, out _)));
            bool shouldFail = expected.TryGetProperty("exception", out JsonElement exception);
            string? problem = Judge(Hex.Decode(test.Value.GetProperty("txbytes").GetString()!), out Transaction? transaction);
            if (shouldFail)
            {
                invalid++;
                if (problem is null) wrong.Add($"{test.Name}: accepted, expected {exception}");
                continue;
            }
            valid++;
            if (problem is not null) wrong.Add($"{test.Name}: {problem}");
            else if (transaction!.Sender.ToString() != expected.GetProperty("sender").GetString()) wrong.Add($"{test.Name}: sender {transaction.Sender}");
            else if (transaction.Hash.ToString() != expected.GetProperty("hash").GetString()) wrong.Add($"{test.Name}: hash {transaction.Hash}");
            else if (IntrinsicGas.Standard(transaction) != Number(expected.GetProperty("intrinsicGas"))) wrong.Add($"{test.Name}: gas {IntrinsicGas.Standard(transaction)}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(valid > 20 && invalid > 80, $"{valid} valid, {invalid} invalid cases read");
    }

    /// <summary>The rules as Cancun had them: this chain's own (no creation, no unprotected, floor and gas caps) came later or are ours.</summary>
    private static string? Judge(byte[] raw, out Transaction? transaction)
    {
        if (!TransactionCodec.TryDecode(raw, out transaction, out TransactionError? error)) return error.Message;
        if (SenderRecovery.Recover(transaction, chainId: 1) is { } sender) return sender.Message;
        if (transaction.Nonce == ulong.MaxValue) return "nonce";
        if (transaction.MaxPriorityFeePerGas > transaction.MaxFeePerGas) return "tip";
        if (transaction.GasLimit > 0 && transaction.MaxFeePerGas > Uint256.MaxValue / transaction.GasLimit) return "gas x price above 256 bits";
        return transaction.GasLimit < IntrinsicGas.Standard(transaction) ? "intrinsic gas" : null;
    }

    private static ulong Number(JsonElement hex) => ulong.Parse(hex.GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
