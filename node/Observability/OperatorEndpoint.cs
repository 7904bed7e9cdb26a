using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Observability;

/// <summary>What operators and their tools ask a process that has no JSON-RPC: <c>GET /health</c>, <c>/metrics</c> and <c>/status</c>, plain HTTP. Read only.</summary>
public sealed class OperatorEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    /// <param name="port">0: any free one.</param>
    /// <param name="health">Whether it does its work, and the JSON that says how.</param>
    /// <param name="status">JSON.</param>
    public OperatorEndpoint(IPAddress address, int port, Func<(bool IsHealthy, string Json)> health, Func<string> metrics, Func<string> status)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Listen(address, port);
            options.Limits.MaxRequestBodySize = 0;
            options.Limits.MaxConcurrentConnections = 64;
            options.AddServerHeader = false;
        });
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(context =>
        {
            if (!HttpMethods.IsGet(context.Request.Method)) return Answer(context, 405, "text/plain", "only GET");
            switch (context.Request.Path.Value)
            {
                case "/health":
                    (bool isHealthy, string json) = health();
                    return Answer(context, isHealthy ? 200 : 503, "application/json", json);
                case "/metrics": return Answer(context, 200, PrometheusExporter.ContentType, metrics());
                case "/status": return Answer(context, 200, "application/json", status());
                default: return Answer(context, 404, "text/plain", "there are /health, /metrics and /status");
            }
        });
    }

    /// <summary>The port it listens on, after <see cref="StartAsync"/>.</summary>
    public int Port { get; private set; }

    /// <exception cref="IOException">the address is taken</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        await _app.StartAsync(cancel);
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        Port = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri.Port : 0;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task Answer(HttpContext context, int status, string type, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }
}
