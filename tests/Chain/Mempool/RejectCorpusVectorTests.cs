using System.Text;
using System.Text.Json;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Mempool;

/// <summary>Raw transactions recorded with geth's answer: ours has its code and its leading words.</summary>
public sealed class RejectCorpusVectorTests
{
    [Fact]
    public void VectorRefusalsHaveTheTextsOfGeth()
    {
        List<string> wrong = [];
        int compared = 0;
        foreach (JsonElement entry in Cases("reject"))
        {
            string name = entry.GetProperty("name").GetString()!;
            if (!entry.TryGetProperty("geth", out JsonElement geth) || geth.GetProperty("code").GetInt32() != -32000) continue;
            if (!Hex.TryDecode(entry.GetProperty("request").GetProperty("params")[0].GetString(), out byte[]? raw)) continue;
            bool accepts = geth.TryGetProperty("accepts", out JsonElement flag) && flag.GetBoolean();
            string? message = Submit(new PoolFixture(), raw);
            compared++;
            if (accepts ? message is not null : message is null || !Matches(geth.GetProperty("message").GetString()!, message))
                wrong.Add($"{name}: '{message}' instead of '{geth.GetProperty("message").GetString()}'");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(compared >= 35, $"{compared} cases compared");
    }

    [Fact]
    public void VectorPoolSessionIsAnsweredAsGethWould()
    {
        PoolFixture fixture = new();
        List<string> wrong = [];
        int compared = 0;
        foreach (JsonElement entry in Cases("pool"))
        {
            if (!entry.TryGetProperty("request", out JsonElement request) || request.ValueKind != JsonValueKind.Object) continue;
            if (entry.TryGetProperty("control", out _)) fixture.Include(fixture.InBlockOrder());
            if (request.GetProperty("method").GetString() != "eth_sendRawTransaction") continue;
            string? message = Submit(fixture, Hex.Decode(request.GetProperty("params")[0].GetString()!));
            string? expected = entry.TryGetProperty("geth", out JsonElement geth) ? geth.GetProperty("message").GetString() : null;
            compared++;
            if (expected is null ? message is not null : message is null || !Matches(expected, message))
                wrong.Add($"{entry.GetProperty("name").GetString()}: '{message}' instead of '{expected}'");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(compared >= 12, $"{compared} cases compared");
    }

    private static string? Submit(PoolFixture fixture, byte[] raw)
    {
        if (!TransactionCodec.TryDecode(raw, out Transaction? transaction, out TransactionError? error)) return error.Message;
        if (PoolAdmission.Check(transaction, fixture.Pool.Options, fixture.Pool.Bounds) is { } refused) return refused.Message;
        if (SenderRecovery.Recover(transaction, Signed.ChainId) is { } sender) return sender.Message;
        // Only the ten accounts of the well-known mnemonic are funded.
        if (!Funded.Contains(transaction.Sender.ToString())) fixture.Fund(transaction.Sender, Amount.Zero);
        return fixture.Add(transaction).Rejection?.Message;
    }

    /// <summary>"..." stands for any text, " / " and " or " separate alternatives; what is behind ours is free where the pattern ends.</summary>
    private static bool Matches(string pattern, string message)
    {
        string plain = pattern.Split(" (or ")[0].Replace(" (decode error)", "", StringComparison.Ordinal);
        return plain.Split(" / ").Any(alternative => Follows(alternative, message));
    }

    private static bool Follows(string pattern, string message)
    {
        int at = 0;
        string[] pieces = pattern.Split("...");
        for (int i = 0; i < pieces.Length; i++)
        {
            string piece = pieces[i].Trim();
            int found = message.IndexOf(piece, at, StringComparison.Ordinal);
            if (found < 0 || (i == 0 && found != 0)) return false;
            at = found + piece.Length;
        }
        return true;
    }

    private static readonly HashSet<string> Funded = [
        "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
        "0x90f79bf6eb2c4f870365e785982e1f101e93b906", "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65", "0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc",
        "0x976ea74026e726554db657fa54763abd0c3a0aa9", "0x14dc79964da2c08b23698b3d3cc7ca32193d9955", "0x23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f",
        "0xa0ee7a142d267c1f36714e4a8f75612f20a79720"];

    private static IEnumerable<JsonElement> Cases(string session) =>
        Encoding.UTF8.GetString(Vectors.Bytes("anvil-corpus.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(entry => entry.GetProperty("kind").GetString() == "case" && entry.GetProperty("session").GetString() == session)
            .OrderBy(entry => entry.GetProperty("seq").GetInt32());
}
