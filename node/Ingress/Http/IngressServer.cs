using System.Net;
using Dsdn.Reading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dsdn.Ingress.Http;

/// <summary>Objects over HTTP, for everyone: GET and HEAD of /object/ID, and /health. Nothing is taken in.</summary>
internal sealed class IngressServer : IAsyncDisposable
{
    private const string ObjectPath = "/object/", HealthPath = "/health";

    private readonly HttpOptions _options;
    private readonly ObjectResponse _objects;
    private readonly IngressMetrics _metrics;
    private readonly Func<(bool IsHealthy, string Json)> _health;
    private readonly ILogger _logger;
    private readonly AddressRates _rates;
    private readonly ResponsePlaces _places;
    private readonly WebApplication _app;
    private volatile bool _isDraining;
    private bool _isStarted;

    public IngressServer(ObjectCatalog catalog, HttpOptions options, IngressMetrics metrics, Func<(bool IsHealthy, string Json)> health, TimeProvider clock, ILogger logger)
    {
        (_options, _metrics, _health, _logger) = (options, metrics, health, logger);
        _rates = new AddressRates(options.RequestsPerSecond, clock);
        _places = new ResponsePlaces(options);
        _objects = new ObjectResponse(catalog, _places, metrics, clock);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Configure);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The port it listens on, after <see cref="StartAsync"/>.</summary>
    public int Port { get; private set; }

    /// <exception cref="IOException">the address is taken</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        await _app.StartAsync(cancel);
        _isStarted = true;
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        Port = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri.Port : 0;
    }

    /// <summary>Takes nothing new, lets what is under way end in its time, then cuts it.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDraining = true;
        if (_isStarted)
        {
            using var patience = new CancellationTokenSource(_options.DrainMs);
            await _app.StopAsync(patience.Token);
        }
        await _app.DisposeAsync();
        _places.Dispose();
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxConcurrentConnections = _options.ConnectionsMax;
        limits.MaxRequestBodySize = 0;
        limits.MaxRequestLineSize = 4_096;
        limits.MaxRequestHeadersTotalSize = _options.HeaderBytesMax;
        limits.MaxRequestHeaderCount = _options.HeadersMax;
        limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(_options.HeadersTimeoutMs);
        limits.KeepAliveTimeout = TimeSpan.FromMilliseconds(_options.IdleConnectionMs);
        limits.MinResponseDataRate = new MinDataRate(_options.SendBytesPerSecondMin, TimeSpan.FromMilliseconds(_options.SendGraceMs));
        limits.MaxResponseBufferSize = 256 * 1024;
        limits.Http2.MaxRequestHeaderFieldSize = _options.HeaderBytesMax;
        kestrel.Listen(_options.Listen, listen =>
        {
            listen.Protocols = _options.Certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
            if (_options.Certificate is { } certificate) listen.UseHttps(certificate);
        });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        _metrics.Began();
        try
        {
            IngressHeaders.Secure(context.Response.Headers);
            if (await RouteAsync(context) is { } refusal) await refusal.WriteAsync(context);
        }
        catch (ReadFailedException e) when (!context.Response.HasStarted)
        {
            IngressLog.Failed(_logger, context.Request.Path, e.Code, e.Detail, string.Join("; ", e.Nodes));
            context.Response.Clear();
            IngressHeaders.Secure(context.Response.Headers);
            await (e.Code == IngressCodes.Object ? new HttpRefusal(502, e.Code, e.Detail) : HttpRefusal.Of(e)).WriteAsync(context);
        }
        catch (CutException e)
        {
            IngressLog.Cut(_logger, context.Request.Path, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away.
        }
        finally
        {
            _metrics.Ended(context.RequestAborted.IsCancellationRequested ? 499 : context.Response.StatusCode);
        }
    }

    private async Task<HttpRefusal?> RouteAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (_isDraining)
        {
            context.Response.Headers.Connection = "close";
            return new HttpRefusal(503, IngressCodes.Draining, "this ingress is being stopped; ask another one") { RetryAfterSeconds = 1 };
        }
        if (_rates.Take(context.Connection.RemoteIpAddress) is { Ticks: > 0 } wait)
            return new HttpRefusal(429, IngressCodes.Rate, $"more than {_options.RequestsPerSecond} requests a second from one address") { RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) };
        if (HttpMethods.IsOptions(request.Method))
        {
            IngressHeaders.Preflight(context.Response.Headers);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return null;
        }
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            (context.Response.Headers.Allow, context.Response.Headers.Connection) = ("GET, HEAD, OPTIONS", "close");
            return new HttpRefusal(405, IngressCodes.Method, "objects are read here: GET and HEAD");
        }
        if (request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            context.Response.Headers.Connection = "close"; // what follows is not looked at, so it is not taken for a request either
            return new HttpRefusal(413, IngressCodes.Body, "a request for an object has no body");
        }
        string path = request.Path.Value ?? "";
        if (path == HealthPath) return await HealthAsync(context);
        return path.StartsWith(ObjectPath, StringComparison.Ordinal) ? await _objects.SendAsync(context, path[ObjectPath.Length..]) : new HttpRefusal(404, IngressCodes.Path, "there are /object/ID and /health");
    }

    private async Task<HttpRefusal?> HealthAsync(HttpContext context)
    {
        (bool isHealthy, string json) = _health();
        context.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = System.Text.Encoding.UTF8.GetByteCount(json);
        if (HttpMethods.IsGet(context.Request.Method)) await context.Response.WriteAsync(json, context.RequestAborted);
        return null;
    }
}

internal static partial class IngressLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Path} not answered: {Code} {Detail} {Nodes}")]
    public static partial void Failed(ILogger logger, string path, string code, string detail, string nodes);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "{Path} cut: {Reason}")]
    public static partial void Cut(ILogger logger, string path, string reason);
}
