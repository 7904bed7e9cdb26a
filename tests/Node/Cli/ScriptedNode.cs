using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Tests.Cli;

/// <summary>A JSON-RPC server that answers what a test tells it to, over a real socket.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, Func<JsonArray, JsonNode?>> _answers = new(StringComparer.Ordinal);
    private readonly List<string> _calls = [];

    private ScriptedNode(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Method names in the order they came.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls) return [.. _calls];
        }
    }

    /// <summary>Refuses this many requests with 503 first.</summary>
    public int Failures { get; set; }

    public static async Task<ScriptedNode> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var node = new ScriptedNode(app);
        app.MapPost("/", node.HandleAsync);
        await app.StartAsync();
        return node;
    }

    public ScriptedNode On(string method, Func<JsonArray, JsonNode?> answer)
    {
        _answers[method] = answer;
        return this;
    }

    public ScriptedNode On(string method, JsonNode? answer) => On(method, _ => answer?.DeepClone());

    /// <summary>Throw this from an answer to send an error object.</summary>
    public sealed class RpcFault(int code, string message, JsonNode? data = null) : Exception(message)
    {
        public JsonObject ToNode() => new() { ["code"] = code, ["message"] = Message, ["data"] = data?.DeepClone() };
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (Failures > 0)
        {
            Failures--;
            context.Response.StatusCode = 503;
            return;
        }
        JsonNode? body = await JsonNode.ParseAsync(context.Request.Body);
        JsonNode? reply = body is JsonArray batch ? new JsonArray(batch.Reverse().Select(item => (JsonNode?)One(item)).ToArray()) : One(body);
        await context.Response.WriteAsync(reply?.ToJsonString() ?? "");
    }

    private JsonObject One(JsonNode? request)
    {
        string method = (string?)request?["method"] ?? "";
        lock (_calls) _calls.Add(method);
        var reply = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request?["id"]?.DeepClone() };
        try
        {
            if (!_answers.TryGetValue(method, out Func<JsonArray, JsonNode?>? answer)) throw new RpcFault(-32601, $"the method {method} does not exist/is not available");
            reply["result"] = answer(request?["params"]?.AsArray() ?? []);
        }
        catch (RpcFault fault)
        {
            reply["error"] = fault.ToNode();
        }
        return reply;
    }
}
