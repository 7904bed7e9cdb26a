namespace Dsdn.Chain.Rpc.Json;

/// <summary>One call of a body, as places in the body's bytes, so that parsing copies nothing.</summary>
internal struct RpcCall
{
    /// <summary>The id as it stands in the body, to be echoed; length 0: a notification, which gets no reply.</summary>
    public int IdStart, IdLength;

    public int MethodStart, MethodLength;

    /// <summary>The params array; length 0: absent or null.</summary>
    public int ParamsStart, ParamsLength;

    /// <summary>The method's name where it was written with escapes; otherwise null.</summary>
    public byte[]? UnescapedMethod;

    /// <summary>Why this is no call; set instead of a method.</summary>
    public RpcError? Error;

    /// <summary>The id is to be echoed even if the call is invalid (geth: where the id itself is well-formed).</summary>
    public readonly bool IsNotification => IdLength == 0 && Error is null;

    public readonly ReadOnlySpan<byte> Method(ReadOnlySpan<byte> body) => UnescapedMethod ?? body.Slice(MethodStart, MethodLength);

    public readonly ReadOnlySpan<byte> Params(ReadOnlySpan<byte> body) => body.Slice(ParamsStart, ParamsLength);

    public readonly ReadOnlySpan<byte> Id(ReadOnlySpan<byte> body) => IdLength == 0 ? "null"u8 : body.Slice(IdStart, IdLength);
}
