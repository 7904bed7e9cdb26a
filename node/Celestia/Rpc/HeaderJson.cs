using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Squares;
using Dsdn.Chain.Crypto;

namespace Dsdn.Celestia.Rpc;

/// <summary>
/// ExtendedHeader as CometBFT's JSON: 64-bit numbers are texts, hashes upper-case hexadecimal, keys base64 behind the name of their kind.
/// commit.height is a number up to node v0.16 and a text from v0.28 on; both are read.
/// </summary>
public static class HeaderJson
{
    private const string Ed25519KeyType = "tendermint/PubKeyEd25519";
    private const int TimeCharsMax = 30;

    public static DaVerdict TryRead(JsonElement element, out ExtendedHeader? header)
    {
        header = null;
        DaVerdict verdict = DaJson.Read(element, ReadParts, out Parts? parts);
        if (parts is null) return verdict;
        verdict = CelestiaValidators.TryCreate(parts.Validators, out CelestiaValidators? validators);
        if (validators is null) return verdict;
        verdict = TryReadDah(element.GetProperty("dah"), out DataAvailabilityHeader? dah);
        if (dah is not null) header = new ExtendedHeader(parts.Header, parts.Commit, validators, dah);
        return verdict;
    }

    public static DaVerdict TryReadDah(JsonElement element, out DataAvailabilityHeader? dah)
    {
        const int RootsMax = 2 * DaLimits.SquareWidthMax;
        dah = null;
        DaVerdict verdict = DaJson.Read(
            element,
            view => new Roots([.. view["row_roots"].Items(RootsMax).Select(DaJson.ReadNode)], [.. view["column_roots"].Items(RootsMax).Select(DaJson.ReadNode)]),
            out Roots? roots);
        return roots is null ? verdict : DataAvailabilityHeader.TryCreate(roots.Rows, roots.Columns, out dah);
    }

    /// <param name="hasNumberHeight">commit.height as a number, as node v0.16 writes it.</param>
    public static void Write(Utf8JsonWriter json, ExtendedHeader header, bool hasNumberHeight = false)
    {
        json.WriteStartObject();
        json.WritePropertyName("header");
        WriteHeader(json, header.Header);
        json.WriteStartObject("validator_set");
        json.WriteStartArray("validators");
        foreach (CelestiaValidator member in header.Validators.Members) WriteValidator(json, member);
        json.WriteEndArray();
        json.WritePropertyName("proposer");
        WriteValidator(json, header.Validators.Members.FirstOrDefault(member => header.Header.ProposerAddress.Span.SequenceEqual(member.Address())) ?? header.Validators.Members[0]);
        json.WriteEndObject();
        json.WritePropertyName("commit");
        WriteCommit(json, header.Commit, hasNumberHeight);
        json.WritePropertyName("dah");
        WriteDah(json, header.Dah);
        json.WriteEndObject();
    }

    public static void WriteDah(Utf8JsonWriter json, DataAvailabilityHeader dah)
    {
        json.WriteStartObject();
        DaJson.WriteNodes(json, "row_roots", dah.RowRoots);
        DaJson.WriteNodes(json, "column_roots", dah.ColumnRoots);
        json.WriteEndObject();
    }

    private sealed record Roots(IReadOnlyList<NmtNode> Rows, IReadOnlyList<NmtNode> Columns);

    private sealed record Parts(CelestiaHeader Header, CelestiaCommit Commit, IReadOnlyList<CelestiaValidator> Validators);

    private static Parts ReadParts(JsonView view)
    {
        if (view["dah"].IsNull) view.Fault.Set("no dah");
        return new Parts(
            ReadHeader(view["header"]),
            ReadCommit(view["commit"]),
            [.. view["validator_set"]["validators"].Items(DaLimits.ValidatorsMax).Select(ReadValidator)]);
    }

    private static CelestiaHeader ReadHeader(JsonView view) => new(
        view["version"]["block"].UInt64Or(0),
        view["version"]["app"].UInt64Or(0),
        view["chain_id"].Text(DaLimits.ChainIdBytesMax),
        view["height"].UInt64(),
        ReadTime(view["time"]),
        ReadBlockId(view["last_block_id"]),
        DaJson.ReadHexHash(view["last_commit_hash"]),
        DaJson.ReadHexHash(view["data_hash"]),
        DaJson.ReadHexHash(view["validators_hash"]),
        DaJson.ReadHexHash(view["next_validators_hash"]),
        DaJson.ReadHexHash(view["consensus_hash"]),
        view["app_hash"].Hex(CelestiaHeader.AppHashBytesMax),
        DaJson.ReadHexHash(view["last_results_hash"]),
        DaJson.ReadHexHash(view["evidence_hash"]),
        view["proposer_address"].Hex(CelestiaValidator.AddressBytes));

    private static CelestiaCommit ReadCommit(JsonView view) => new(
        view["height"].UInt64(),
        (uint)view["round"].Int32Or(0, int.MaxValue),
        ReadBlockId(view["block_id"]),
        [.. view["signatures"].Items(DaLimits.ValidatorsMax).Select(ReadSignature)]);

    private static CommitSignature ReadSignature(JsonView view)
    {
        CommitFlag flag = (CommitFlag)view["block_id_flag"].Int32(3);
        if (flag < CommitFlag.Absent) view.Fault.Set("no block_id_flag");
        return new CommitSignature(
            flag,
            view["validator_address"].Hex(CelestiaValidator.AddressBytes),
            ReadTime(view["timestamp"]),
            view["signature"].Base64Or([], Ed25519.SignatureSize));
    }

    private static CelestiaValidator ReadValidator(JsonView view)
    {
        if (view["pub_key"]["type"].Text(64) != Ed25519KeyType) view.Fault.Set("a key that is not Ed25519");
        return new CelestiaValidator(view["pub_key"]["value"].Base64(Ed25519.PublicKeySize), view["voting_power"].UInt64());
    }

    private static BlockId ReadBlockId(JsonView view) => new(
        DaJson.ReadHexHash(view["hash"]), (uint)view["parts"]["total"].Int32Or(0, int.MaxValue), DaJson.ReadHexHash(view["parts"]["hash"]));

    private static CometTime ReadTime(JsonView view)
    {
        if (!CometTime.TryParse(view.Text(TimeCharsMax), out CometTime time)) view.Fault.Set("not a time in UTC");
        return time;
    }

    /// <summary>The plain header, as subscriptions to blobs carry it.</summary>
    internal static void WriteHeader(Utf8JsonWriter json, CelestiaHeader header)
    {
        json.WriteStartObject();
        json.WriteStartObject("version");
        DaJson.WriteText(json, "block", header.BlockVersion);
        DaJson.WriteText(json, "app", header.AppVersion);
        json.WriteEndObject();
        json.WriteString("chain_id", header.ChainId);
        DaJson.WriteText(json, "height", header.Height);
        json.WriteString("time", header.Time.ToString());
        WriteBlockId(json, "last_block_id", header.LastBlockId);
        DaJson.WriteHex(json, "last_commit_hash", BlockId.BytesOf(header.LastCommitHash));
        DaJson.WriteHex(json, "data_hash", BlockId.BytesOf(header.DataHash));
        DaJson.WriteHex(json, "validators_hash", BlockId.BytesOf(header.ValidatorsHash));
        DaJson.WriteHex(json, "next_validators_hash", BlockId.BytesOf(header.NextValidatorsHash));
        DaJson.WriteHex(json, "consensus_hash", BlockId.BytesOf(header.ConsensusHash));
        DaJson.WriteHex(json, "app_hash", header.AppHash.Span);
        DaJson.WriteHex(json, "last_results_hash", BlockId.BytesOf(header.LastResultsHash));
        DaJson.WriteHex(json, "evidence_hash", BlockId.BytesOf(header.EvidenceHash));
        DaJson.WriteHex(json, "proposer_address", header.ProposerAddress.Span);
        json.WriteEndObject();
    }

    private static void WriteValidator(Utf8JsonWriter json, CelestiaValidator member)
    {
        json.WriteStartObject();
        DaJson.WriteHex(json, "address", member.Address());
        json.WriteStartObject("pub_key");
        json.WriteString("type", Ed25519KeyType);
        json.WriteBase64String("value", member.PublicKey.Span);
        json.WriteEndObject();
        DaJson.WriteText(json, "voting_power", member.Power);
        json.WriteString("proposer_priority", "0");
        json.WriteEndObject();
    }

    private static void WriteCommit(Utf8JsonWriter json, CelestiaCommit commit, bool hasNumberHeight)
    {
        json.WriteStartObject();
        if (hasNumberHeight) json.WriteNumber("height", commit.Height);
        else DaJson.WriteText(json, "height", commit.Height);
        json.WriteNumber("round", commit.Round);
        WriteBlockId(json, "block_id", commit.BlockId);
        json.WriteStartArray("signatures");
        foreach (CommitSignature signature in commit.Signatures)
        {
            json.WriteStartObject();
            json.WriteNumber("block_id_flag", (int)signature.Flag);
            DaJson.WriteHex(json, "validator_address", signature.Address.Span);
            json.WriteString("timestamp", signature.Time.ToString());
            if (signature.Signature.IsEmpty) json.WriteNull("signature");
            else json.WriteBase64String("signature", signature.Signature.Span);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBlockId(Utf8JsonWriter json, string name, BlockId id)
    {
        json.WriteStartObject(name);
        DaJson.WriteHex(json, "hash", BlockId.BytesOf(id.Hash));
        json.WriteStartObject("parts");
        json.WriteNumber("total", id.PartsTotal);
        DaJson.WriteHex(json, "hash", BlockId.BytesOf(id.PartsHash));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
