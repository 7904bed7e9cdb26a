using System.Text.Json;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Http;

namespace Dsdn.DaServer.Rpc;

/// <summary>Who calls.</summary>
/// <param name="Allowed">Of the token; "public" alone where there is none.</param>
/// <param name="Session">Null over HTTP.</param>
internal sealed record Caller(IReadOnlyList<RpcPermission> Allowed, WebSocketSession? Session, CancellationToken Cancelled)
{
    public bool May(RpcPermission permission) => permission == RpcPermission.Public || Allowed.Contains(permission);
}

/// <summary>One call of a method.</summary>
internal sealed class Call(RpcRequest request, Caller caller)
{
    public RpcRequest Request => request;

    public string Method => request.Method;

    public RpcParams Params { get; } = new(request);

    public Caller Caller => caller;

    public CancellationToken Cancelled => caller.Cancelled;
}

/// <summary>What a call came to: a result to write, or an error.</summary>
internal readonly record struct CallResult(Action<Utf8JsonWriter>? Write, RpcFailure Failure)
{
    public static readonly CallResult Null = Of(static json => json.WriteNullValue());

    public static CallResult Of(Action<Utf8JsonWriter> write) => new(write, default);

    public static CallResult Of(ulong number) => Of(json => json.WriteNumberValue(number));

    public static CallResult Of(bool value) => Of(json => json.WriteBooleanValue(value));

    public static CallResult Of(string text) => Of(json => json.WriteStringValue(text));

    /// <summary>An error that the method answers.</summary>
    public static CallResult Fail(string message) => Fail(RpcFailure.OfMethod(message));

    public static CallResult Fail(RpcFailure failure) => new(null, failure);
}

/// <summary>Reads the parameters at once and gives what is left to do, which is done only if they were good and the caller may.</summary>
internal delegate Func<Task<CallResult>> Handler(Call call);
