using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>What state.SubmitPayForBlob answers, of which blob.Submit gives the height only.</summary>
/// <param name="Hash">Of the transaction, in upper-case hexadecimal.</param>
/// <param name="Code">0 where the chain accepted it.</param>
public sealed record TransactionResponse(ulong Height, string Hash, int Code, string Log, ulong GasWanted, ulong GasUsed)
{
    private const int LogCharsMax = 65_536;

    public static DaVerdict TryRead(JsonElement element, out TransactionResponse? response) => DaJson.Read(
        element,
        view => new TransactionResponse(
            view["height"].UInt64Or(0), view["txhash"].IsNull ? "" : view["txhash"].Text(64), view["code"].Int32Or(0, int.MaxValue),
            view["raw_log"].IsNull ? "" : view["raw_log"].Text(LogCharsMax), view["gas_wanted"].UInt64Or(0), view["gas_used"].UInt64Or(0)),
        out response);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("height", Height);
        json.WriteString("txhash", Hash);
        if (Code != 0) json.WriteNumber("code", Code);
        if (Log.Length != 0) json.WriteString("raw_log", Log);
        json.WriteNull("logs");
        if (GasWanted != 0) json.WriteNumber("gas_wanted", GasWanted);
        if (GasUsed != 0) json.WriteNumber("gas_used", GasUsed);
        json.WriteNull("events");
        json.WriteEndObject();
    }
}
