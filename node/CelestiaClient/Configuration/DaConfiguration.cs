using Dsdn.Celestia.Namespaces;

namespace Dsdn.CelestiaClient.Configuration;

/// <summary>
/// Options from what an operator wrote. The argument that names a DA layer is a keyword or addresses: "env" takes everything from the environment, "mock" is the
/// development DA server at its standard address (a real server with real proofs, but a chain of its own), and addresses stand for DA_RPC_URL.
/// </summary>
public static class DaConfiguration
{
    public const string FromEnvironment = "env", Development = "mock", DevelopmentUrl = "http://127.0.0.1:26658";

    /// <param name="layer">Null: "env".</param>
    /// <param name="variable">A variable's text by its name; null or empty where it is not set. Flags come before the environment.</param>
    /// <param name="developmentTokenFile">Where the development server keeps the token for writing; used with "mock" if it exists and no token is named.</param>
    /// <param name="options">Null where there is a failure.</param>
    public static DaFailure TryLoad(string? layer, Func<string, string?> variable, string? developmentTokenFile, out CelestiaOptions? options)
    {
        options = null;
        bool isDevelopment = layer == Development;
        string? urls = layer is null or FromEnvironment ? Text(DaVariable.Url) : isDevelopment ? Text(DaVariable.Url) ?? DevelopmentUrl : layer;
        if (urls is null) return Refuse(DaVariable.Url, "is not set");
        DaFailure failure = TryEndpoints(urls, Text(DaVariable.Token), Text(DaVariable.TokenFile) ?? (isDevelopment && File.Exists(developmentTokenFile) ? developmentTokenFile : null), out List<CelestiaEndpoint> endpoints);
        if (!failure.IsNone) return failure;
        if ((Text(DaVariable.Namespace) ?? (isDevelopment ? NamespaceText.Development : null)) is not { } written) return Refuse(DaVariable.Namespace, "is not set");
        failure = NamespaceText.TryParse(written, out Namespace name, out string? corrected);
        if (!failure.IsNone) return corrected is null ? failure : failure with { Detail = $"{failure.Detail}. Use {corrected}" };
        var read = new CelestiaOptions { Endpoints = endpoints, Namespace = name, TrustsOnFirstUse = isDevelopment };
        foreach (DaVariable one in DaVariable.All)
        {
            if (one.IsBasic || Text(one.Name) is not { } text) continue;
            if (one.Apply(read, text) is not { } changed) return Refuse(one.Name, $"expects {one.Expects}");
            read = changed;
        }
        options = read;
        return DaFailure.None;

        string? Text(string variableName) => variable(variableName) is { } text && text.Trim() is { Length: > 0 } trimmed ? trimmed : null;
    }

    private static DaFailure TryEndpoints(string urls, string? tokens, string? files, out List<CelestiaEndpoint> endpoints)
    {
        endpoints = [];
        if (tokens is not null && files is not null) return Refuse(DaVariable.Token, $"and {DaVariable.TokenFile} are both set");
        string[] addresses = Split(urls), given = tokens is not null ? Split(tokens) : files is not null ? Split(files) : [];
        if (addresses.Length is 0 or > CelestiaOptions.EndpointsMax) return Refuse(DaVariable.Url, $"names {addresses.Length} endpoints, 1 to {CelestiaOptions.EndpointsMax} are possible");
        if (given.Length > 1 && given.Length != addresses.Length) return Refuse(tokens is not null ? DaVariable.Token : DaVariable.TokenFile, $"names {given.Length} for {addresses.Length} endpoints");
        for (int i = 0; i < addresses.Length; i++)
        {
            AccessToken token = AccessToken.None;
            if (given.Length > 0)
            {
                string own = given[given.Length == 1 ? 0 : i];
                if (tokens is null && !File.Exists(own)) return new DaFailure(DaCodes.TokenFile, $"{DaVariable.TokenFile}: {own} does not exist");
                if (tokens is not null && !AccessToken.IsAcceptable(own)) return Refuse(DaVariable.Token, "is not a token: visible characters without spaces");
                token = tokens is not null ? AccessToken.Of(own) : AccessToken.OfFile(own);
            }
            DaFailure failure = CelestiaEndpoint.TryCreate(addresses[i], token, out CelestiaEndpoint? endpoint);
            if (endpoint is null) return failure with { Detail = $"{DaVariable.Url}: {failure.Detail}" };
            endpoints.Add(endpoint);
        }
        return DaFailure.None;
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static DaFailure Refuse(string variable, string what) => new(DaCodes.Configuration, $"{variable} {what}");
}
