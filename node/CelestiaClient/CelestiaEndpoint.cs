namespace Dsdn.CelestiaClient;

/// <summary>Where a node listens, and by which token it lets us in.</summary>
public sealed class CelestiaEndpoint
{
    private CelestiaEndpoint(Uri address, AccessToken token) => (Address, Token) = (address, token);

    /// <summary>http or https, without user, query and fragment.</summary>
    public Uri Address { get; }

    public AccessToken Token { get; }

    /// <summary>Scheme, host, port and path.</summary>
    public string Name => Address.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <param name="endpoint">Null where the address is refused.</param>
    public static DaFailure TryCreate(string address, AccessToken token, out CelestiaEndpoint? endpoint)
    {
        endpoint = null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            return new DaFailure(DaCodes.Configuration, "an endpoint is an address like http://127.0.0.1:26658");
        if (uri.UserInfo.Length != 0 || uri.Query.Length != 0 || uri.Fragment.Length != 0)
            return new DaFailure(DaCodes.Configuration, "an endpoint's address holds no user, token or query: give the token by DA_AUTH_TOKEN or DA_AUTH_TOKEN_FILE");
        endpoint = new CelestiaEndpoint(uri, token);
        return DaFailure.None;
    }

    public override string ToString() => Name;
}
