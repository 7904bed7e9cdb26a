using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dsdn.Celestia.Headers;

namespace Dsdn.Celestia.Rpc;

/// <summary>
/// The bearer token of celestia-node: a JWT (RFC 7519) with HMAC-SHA256 and the claims Allow, Nonce and ExpiresAt. A zero time never expires;
/// tokens cannot be revoked.
/// </summary>
/// <param name="Allow">The set of what it permits.</param>
/// <param name="Expires"><see cref="CometTime.Zero"/> for never.</param>
public sealed record AuthToken(IReadOnlyList<RpcPermission> Allow, CometTime Expires)
{
    public const int SecretBytesMin = 32;
    public const int NonceBytes = 32;
    private const int CharsMax = 4_096;

    public bool Permits(RpcPermission permission) => Allow.Contains(permission);

    public bool IsExpired(CometTime now) => Expires != CometTime.Zero && Expires <= now;

    /// <param name="nonce">32 random bytes.</param>
    public string Sign(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> nonce)
    {
        byte[] nonceBytes = nonce.ToArray();
        byte[] claims = DaJson.Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("Allow");
            foreach (RpcPermission permission in Allow) json.WriteStringValue(permission.Text());
            json.WriteEndArray();
            json.WriteBase64String("Nonce", nonceBytes);
            json.WriteString("ExpiresAt", Expires.ToString());
            json.WriteEndObject();
        });
        string signed = $"{Base64Url.EncodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"u8)}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Checks the signature, not the time.</summary>
    /// <returns>Null where it is no token of this secret.</returns>
    public static AuthToken? Verify(string token, ReadOnlySpan<byte> secret)
    {
        string[] parts = token.Length <= CharsMax ? token.Split('.') : [];
        if (parts.Length != 3 || !IsAscii(token)) return null;
        if (Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } claims || Decode(parts[2]) is not { } signature) return null;
        byte[] own = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        if (!CryptographicOperations.FixedTimeEquals(own, signature)) return null;
        DaVerdict algorithm = DaJson.Read(header, view => view["alg"].Text(16) == "HS256" ? "HS256" : null, out string? _);
        if (!algorithm.IsValid) return null;
        DaJson.Read(claims, Read, out AuthToken? read);
        return read;
    }

    private static AuthToken Read(JsonView view)
    {
        List<RpcPermission> allow = [];
        foreach (JsonView item in view["Allow"].Items(16))
        {
            if (!RpcPermissions.TryParse(item.Text(16), out RpcPermission permission)) view.Fault.Set("an unknown permission");
            allow.Add(permission);
        }
        CometTime expires = CometTime.Zero;
        if (!view["ExpiresAt"].IsNull && !CometTime.TryParse(view["ExpiresAt"].Text(40), out expires)) view.Fault.Set("not a time in UTC");
        return new AuthToken(allow, expires);
    }

    private static byte[]? Decode(string part)
    {
        byte[] bytes = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        return Base64Url.DecodeFromChars(part, bytes, out _, out int written) == OperationStatus.Done ? bytes[..written] : null;
    }

    private static bool IsAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
