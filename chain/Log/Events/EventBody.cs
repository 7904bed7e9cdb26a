using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>What an event says. One record a kind that is active; the fields are in docs/log-events.md.</summary>
public abstract record EventBody
{
    public abstract EventKind Kind { get; }

    internal abstract void Write(LogWriter writer);

    public byte[] Encode()
    {
        LogWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}

/// <summary>What an owner says, and signs as typed data of its own.</summary>
public abstract record OwnerBody : EventBody
{
    /// <summary>The struct of EIP-712 with the event's nonce and end.</summary>
    internal abstract Primitives.Hash256 HashStruct(ulong nonce, ulong validUntilMs);
}
