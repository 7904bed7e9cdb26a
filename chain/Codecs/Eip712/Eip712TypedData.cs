using System.Text.Json;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Eip712;

/// <summary>
/// A typed-data document as <c>eth_signTypedData_v4</c> takes it: types, primaryType, domain, message. When types has no
/// EIP712Domain, it is made of the fields that the domain has.
/// </summary>
public sealed class Eip712TypedData
{
    private const int DocumentBytesMax = 256 * 1024;
    private const int JsonDepthMax = 64;
    private const string DomainName = "EIP712Domain";

    private static readonly Eip712Field[] DomainFields = [
        new("name", "string"), new("version", "string"), new("chainId", "uint256"), new("verifyingContract", "address"), new("salt", "bytes32")];

    private Eip712TypedData(Eip712Types types, string primaryType, Hash256 domainSeparator, byte[] encodedMessage)
    {
        (Types, PrimaryType, DomainSeparator, EncodedMessage) = (types, primaryType, domainSeparator, encodedMessage);
        StructHash = Keccak.Hash(encodedMessage);
        Digest = Eip712StructHasher.Digest(domainSeparator, StructHash);
    }

    public Eip712Types Types { get; }

    public string PrimaryType { get; }

    public Hash256 DomainSeparator { get; }

    /// <summary>The type hash and one word a field of the message.</summary>
    public byte[] EncodedMessage { get; }

    /// <summary>hashStruct(message).</summary>
    public Hash256 StructHash { get; }

    /// <summary>What is signed.</summary>
    public Hash256 Digest { get; }

    /// <param name="utf8Json">The document, at most 256 KiB.</param>
    public static Eip712Error TryParse(ReadOnlySpan<byte> utf8Json, out Eip712TypedData? typedData)
    {
        typedData = null;
        if (utf8Json.Length > DocumentBytesMax) return Eip712Error.Malformed;
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8Json.ToArray(), new JsonDocumentOptions { MaxDepth = JsonDepthMax });
            return Read(document.RootElement, out typedData);
        }
        catch (JsonException)
        {
            return Eip712Error.Malformed;
        }
        catch (InvalidOperationException)
        {
            return Eip712Error.Malformed; // text with an escape that is half of a surrogate pair
        }
    }

    private static Eip712Error Read(JsonElement root, out Eip712TypedData? typedData)
    {
        typedData = null;
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("types", out JsonElement typesJson) || typesJson.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("primaryType", out JsonElement primary) || primary.ValueKind != JsonValueKind.String || primary.GetString() is not string primaryType
            || !root.TryGetProperty("domain", out JsonElement domain) || domain.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("message", out JsonElement message))
            return Eip712Error.Malformed;
        Eip712Error error = ReadTypes(typesJson, domain, out Eip712Types? types);
        if (types is null) return error;
        if (!types.Contains(primaryType)) return Eip712Error.TypeUnknown;
        Eip712JsonEncoder encoder = new(types);
        byte[] encodedDomain = encoder.EncodeStruct(DomainName, domain);
        byte[] encodedMessage = encoder.EncodeStruct(primaryType, message);
        if (encoder.Error != Eip712Error.None) return encoder.Error;
        typedData = new Eip712TypedData(types, primaryType, Keccak.Hash(encodedDomain), encodedMessage);
        return Eip712Error.None;
    }

    private static Eip712Error ReadTypes(JsonElement typesJson, JsonElement domain, out Eip712Types? types)
    {
        types = null;
        List<(string Name, IReadOnlyList<Eip712Field> Fields)> structs = [];
        bool hasDomain = false;
        foreach (JsonProperty declared in typesJson.EnumerateObject())
        {
            if (declared.Value.ValueKind != JsonValueKind.Array) return Eip712Error.TypesInvalid;
            List<Eip712Field> fields = [];
            foreach (JsonElement field in declared.Value.EnumerateArray())
            {
                if (field.ValueKind != JsonValueKind.Object
                    || !field.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String || name.GetString() is not string nameText
                    || !field.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String || type.GetString() is not string typeText)
                    return Eip712Error.TypesInvalid;
                fields.Add(new Eip712Field(nameText, typeText));
            }
            hasDomain |= declared.NameEquals(DomainName);
            structs.Add((declared.Name, fields));
        }
        if (!hasDomain) structs.Add((DomainName, [.. DomainFields.Where(f => domain.TryGetProperty(f.Name, out _))]));
        return Eip712Types.TryCreate(structs, out types);
    }
}
