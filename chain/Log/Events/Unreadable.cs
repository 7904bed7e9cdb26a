using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>What a reader gives beside a fault; it never leaves the decoder.</summary>
internal sealed record Unreadable : EventBody
{
    public static readonly Unreadable Body = new();

    public override EventKind Kind => 0;

    internal override void Write(LogWriter writer) => throw new InvalidOperationException("an unreadable body has no bytes");
}
