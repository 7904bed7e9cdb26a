using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Dsdn.Chain.Rpc.Http;

/// <summary>Which host names and web origins may call. Protects a loopback server from pages in the user's browser.</summary>
internal sealed class RequestGuard(RpcOptions options)
{
    private readonly HashSet<string> _hosts = new(options.HostNames, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _origins = new(options.CorsOrigins, StringComparer.OrdinalIgnoreCase);
    private readonly bool _anyHost = options.HostNames.Contains("*");
    private readonly bool _anyOrigin = options.CorsOrigins.Contains("*");
    private string? _lastAllowedHost;

    /// <summary>IP addresses and listed names; requests without a host cannot come from a browser.</summary>
    public bool AllowsHost(IHeaderDictionary headers)
    {
        string? host = headers.Host;
        if (_anyHost || string.IsNullOrEmpty(host) || ReferenceEquals(host, _lastAllowedHost)) return true;
        string name = new HostString(host).Host;
        if (!_hosts.Contains(name) && !IPAddress.TryParse(name.Trim('[', ']'), out _)) return false;
        _lastAllowedHost = host; // the server reuses the string while a client repeats it
        return true;
    }

    /// <summary>Writes the headers a browser wants to see; false if the request names an origin that is not allowed.</summary>
    public bool WriteCors(IHeaderDictionary request, IHeaderDictionary response)
    {
        StringValues origin = request.Origin;
        if (StringValues.IsNullOrEmpty(origin)) return true;
        if (!_anyOrigin && !_origins.Contains(origin.ToString())) return false;
        response.AccessControlAllowOrigin = _anyOrigin ? "*" : origin;
        if (!_anyOrigin) response.Vary = "Origin";
        if (!StringValues.IsNullOrEmpty(request.AccessControlRequestMethod))
        {
            response.AccessControlAllowMethods = "GET, POST";
            response.AccessControlAllowHeaders = "content-type";
            response.AccessControlMaxAge = "600";
        }
        return true;
    }
}
