using System.Globalization;
using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Configuration;

/// <summary>One setting of data availability: its environment variable, what it expects, and how it changes the options. The table is the only place where they are listed.</summary>
/// <param name="Name">Of the variable: DA_...</param>
/// <param name="Expects">What an acceptable text looks like.</param>
/// <param name="Apply">The changed options, or null where the text is not acceptable.</param>
public sealed record DaVariable(string Name, string Expects, string Description, Func<CelestiaOptions, string, CelestiaOptions?> Apply)
{
    public const string Url = "DA_RPC_URL", Token = "DA_AUTH_TOKEN", TokenFile = "DA_AUTH_TOKEN_FILE", Namespace = "DA_NAMESPACE";

    /// <summary>The same as a flag. The token has none: flags are seen by everybody on the machine.</summary>
    public string? Flag => Name == Token ? null : "--" + Name["DA_".Length..].Replace('_', '-').ToLowerInvariant();

    /// <summary>Those that are read on their own, before the others.</summary>
    public bool IsBasic => Name is Url or Token or TokenFile or Namespace;

    public static readonly IReadOnlyList<DaVariable> All =
    [
        new(Url, "addresses with commas between", "Where light nodes listen, in the order of preference.", Keep),
        new(Token, "a token", "What lets us in: one for all endpoints, or as many as endpoints with commas between.", Keep),
        new(TokenFile, "a file", "A file with the token, read again when it changes; one for all endpoints, or as many with commas between.", Keep),
        new(Namespace, "58 hexadecimal digits", "Where blobs are published and read.", Keep),
        new("DA_TIMEOUT_MS", "100 to 600000", "How long one call of a read may take (default 30000). Submits have a deadline of their own.", (o, t) => Number(t, 100, 600_000) is { } n ? o with { Timeouts = o.Timeouts with { ReadMs = n } } : null),
        new("DA_SUBMIT_TIMEOUT_MS", "1000 to 600000", "How long a submit may take until it is in a block (default 120000).", (o, t) => Number(t, 1_000, 600_000) is { } n ? o with { Timeouts = o.Timeouts with { SubmitMs = n } } : null),
        new("DA_RETRY_COUNT", "0 to 10", "Further attempts of a read (default 3).", (o, t) => Number(t, 0, CelestiaOptions.RetryCountMax) is { } n ? o with { RetryCount = n } : null),
        new("DA_RETRY_DELAY_MS", "1 to 60000", "Before the first further attempt; doubles each time (default 1000).", (o, t) => Number(t, 1, CelestiaOptions.DelayMsMax) is { } n ? o with { RetryDelayMs = n } : null),
        new("DA_CHAIN_ID", "a chain id", "The network: celestia, mocha-4.", (o, t) => t.Length <= 50 ? o with { ChainId = t } : null),
        new("DA_TRUST", "HEIGHT:HASH, or first-use on development networks", "A header that you know to be right, younger than 14 days.", Trust),
        new("DA_TRUST_FILE", "a file", "Where verified headers are kept between runs.", (o, t) => o with { TrustFile = Path.GetFullPath(t) }),
        new("DA_GAS_PRICE", "a fraction of a utia", "Price of gas; without it the node estimates.", (o, t) => GasPrice.TryParse(t, out GasPrice price) ? o with { Price = price } : null),
        new("DA_MAX_GAS_PRICE", "a fraction of a utia", "The most that is ever offered (default 0.4).", (o, t) => GasPrice.TryParse(t, out GasPrice price) && price.NanoUtia > 0 ? o with { PriceMax = price } : null),
        new("DA_TX_PRIORITY", "low, medium or high", "Which percentile of recent prices the node takes.", (o, t) => Priority(t) is { } priority ? o with { Priority = priority } : null),
        new("DA_SIGNER", "an address, celestia1...", "The account of the node's keyring that pays.", (o, t) => t.Length <= 128 && t.All(char.IsAsciiLetterOrDigit) ? o with { SignerAddress = t } : null),
        new("DA_BLOB_BYTES_MAX", "1 to 7340032", "Data of one transaction (default 2097152).", (o, t) => Number(t, 1, CelestiaOptions.BlobBytesCap) is { } n ? o with { BlobBytesMax = n } : null),
        new("DA_API_VERSION", "auto, v0.16, v0.28 or v0.31", "The forms that the nodes speak (default auto).", Version),
        new("DA_BLOCK_TIME_MS", "100 to 120000", "Time between blocks until it is measured (default 6000).", (o, t) => Number(t, 100, 120_000) is { } n ? o with { BlockTimeMs = n } : null),
        new("DA_LOW_BALANCE_UTIA", "a number", "Below this balance there is a warning (default 1000000).", (o, t) => UInt128.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 utia) ? o with { LowBalanceUtia = utia } : null),
    ];

    private static CelestiaOptions Keep(CelestiaOptions options, string text) => options;

    private static int? Number(string text, int min, int max) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max ? number : null;

    private static TransactionPriority? Priority(string text) => text switch { "low" => TransactionPriority.Low, "medium" => TransactionPriority.Medium, "high" => TransactionPriority.High, _ => null };

    private static CelestiaOptions? Version(CelestiaOptions options, string text) => text switch
    {
        "auto" => options with { Version = null },
        "v0.16" => options with { Version = NodeVersion.V0_16 },
        "v0.28" => options with { Version = NodeVersion.V0_28 },
        "v0.31" => options with { Version = NodeVersion.V0_31 },
        _ => null,
    };

    private static CelestiaOptions? Trust(CelestiaOptions options, string text)
    {
        if (text == "first-use") return options with { TrustsOnFirstUse = true };
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || !ulong.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out ulong height) || height == 0) return null;
        string digits = text[(colon + 1)..];
        return Hash256.TryParse(digits.StartsWith("0x", StringComparison.Ordinal) ? digits : "0x" + digits.ToLowerInvariant(), out Hash256 hash) ? options with { Trusted = new TrustedHeader(height, hash) } : null;
    }
}
