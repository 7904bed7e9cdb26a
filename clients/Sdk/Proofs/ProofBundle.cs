using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Sdk.Proofs;

/// <summary>
/// A finality proof with what it makes final, as one file that can be checked years later without any node. JSON; bytes,
/// RLP encodings and quantities as JSON-RPC writes them.
/// </summary>
public sealed record ProofBundle(FinalityProof Finality, AccountClaim? Account, Hash256? Transaction, ReceiptClaim? Receipts)
{
    public const int FileBytesMax = 64 * 1024 * 1024;

    /// <summary>The way from a trusted block; null where the proof has none.</summary>
    public TrustChain? Trust { get; init; }

    /// <summary>Votes of the block's height, for an audit; null where the proof has none. <see cref="Check"/> says nothing of them: the audit does.</summary>
    public IReadOnlyList<SignedVote>? Votes { get; init; }

    private const string Format = "dsdn-proof";
    private const ulong Version = 1;

    /// <summary>Null if everything in the bundle holds; else the first thing that does not.</summary>
    public ClientError? Check() =>
        Finality.Check() ?? Account?.Check(Finality.Header.StateRoot) ?? Receipts?.Check(Finality.Header);

    public string ToJson()
    {
        var json = new JsonObject
        {
            ["format"] = Format,
            ["version"] = Version,
            ["chainId"] = RpcValue.Quantity(Finality.ChainId),
            ["genesisHash"] = Finality.GenesisHash.ToString(),
            ["header"] = Hex.Encode(HeaderCodec.Encode(Finality.Header)),
            ["consensusHeader"] = Hex.Encode(ConsensusHeaderCodec.Encode(Finality.Consensus)),
            ["certificate"] = Hex.Encode(CertificateCodec.Encode(Finality.Certificate)),
            ["validators"] = new JsonArray(Finality.Validators.Validators.Select(one => (JsonNode?)new JsonObject
            {
                ["operator"] = one.Operator.ToString(),
                ["consensusKey"] = Hex.Encode(one.ConsensusKey.Span),
                ["power"] = RpcValue.Quantity(one.Power),
                ["payout"] = one.Payout.ToString(),
            }).ToArray()),
        };
        if (Trust is { } trust)
        {
            json["params"] = Hex.Encode(ChainParamsCodec.Encode(trust.Parameters));
            json["lightBlocks"] = List([.. trust.Blocks.Select(block => (ReadOnlyMemory<byte>)block.Encode())]);
        }
        if (Account is { } account)
        {
            json["account"] = new JsonObject
            {
                ["address"] = account.Address.ToString(),
                ["nonce"] = RpcValue.Quantity(account.Nonce),
                ["balance"] = RpcValue.Quantity(account.Balance.BaseUnits),
                ["storageRoot"] = account.StorageRoot.ToString(),
                ["codeHash"] = account.CodeHash.ToString(),
                ["nodes"] = List(account.Nodes),
            };
        }
        if (Receipts is { } receipts)
        {
            json["transaction"] = Transaction?.ToString();
            json["transactions"] = List(receipts.Transactions);
            json["receipts"] = List(receipts.Receipts);
        }
        if (Votes is { } votes) json["votes"] = VoteList.Write(votes);
        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    /// <exception cref="DsdnException"><see cref="ErrorCodes.ProofInvalid"/>: not a bundle</exception>
    public static ProofBundle Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            return Read(document.RootElement);
        }
        catch (JsonException failure)
        {
            throw new DsdnException(FinalityProof.Invalid(ErrorCodes.ProofInvalid, "not a proof file").With(failure.Message), failure);
        }
        catch (DsdnException failure) when (failure.Error.Code == ErrorCodes.BadReply)
        {
            throw new DsdnException(FinalityProof.Invalid(ErrorCodes.ProofInvalid, "not a proof file").With(failure.Error.Details), failure);
        }
    }

    private static ProofBundle Read(JsonElement root)
    {
        if (root.OptionalField("format") is not { ValueKind: JsonValueKind.String } format || format.GetString() != Format
            || root.OptionalField("version") is not { ValueKind: JsonValueKind.Number } version || !version.TryGetUInt64(out ulong number) || number != Version)
        {
            throw RpcWire.BadReply("format or version");
        }
        if (!HeaderCodec.TryDecode(root.Field("header").ToBytes(), out Header? header)
            || !ConsensusHeaderCodec.TryDecode(root.Field("consensusHeader").ToBytes(), out ConsensusHeader? consensus)
            || !CertificateCodec.TryDecode(root.Field("certificate").ToBytes(), out Certificate? certificate))
        {
            throw RpcWire.BadReply("header, consensusHeader or certificate");
        }
        var finality = new FinalityProof(root.Field("chainId").ToUInt64(), root.Field("genesisHash").ToHash(), header, consensus,
            ProofReader.ReadValidators(root.Field("validators")), certificate);
        return new ProofBundle(finality, ReadAccount(root.OptionalField("account")), root.OptionalField("transaction")?.ToHash(), ReadReceipts(root))
        {
            Trust = ReadTrust(root),
            Votes = root.OptionalField("votes") is { } votes ? VoteList.Read(votes, header.Number) : null,
        };
    }

    private static TrustChain? ReadTrust(JsonElement root)
    {
        if (root.OptionalField("lightBlocks") is not { } blocks) return null;
        if (!ChainParamsCodec.TryDecode(root.Field("params").ToBytes(), out ChainParams? parameters)) throw RpcWire.BadReply("params");
        return new TrustChain(parameters, [.. blocks.Items().Take(TrustChain.BlocksMax + 1).Select(block => ProofReader.ReadLightBlock(block.ToBytes()))]);
    }

    private static AccountClaim? ReadAccount(JsonElement? account) => account is not { } value ? null : new AccountClaim(
        value.Field("address").ToAddress(), value.Field("nonce").ToUInt64(), value.Field("balance").ToAmount(),
        value.Field("storageRoot").ToHash(), value.Field("codeHash").ToHash(), ReadList(value.Field("nodes")));

    private static ReceiptClaim? ReadReceipts(JsonElement root) =>
        root.OptionalField("receipts") is { } receipts ? new ReceiptClaim(ReadList(root.Field("transactions")), ReadList(receipts)) : null;

    private static JsonArray List(IReadOnlyList<ReadOnlyMemory<byte>> items) =>
        new(items.Select(item => (JsonNode?)JsonValue.Create(Hex.Encode(item.Span))).ToArray());

    private static IReadOnlyList<ReadOnlyMemory<byte>> ReadList(JsonElement items) =>
        items.Items().Select(item => (ReadOnlyMemory<byte>)item.ToBytes()).ToArray();
}
