using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>An entry of the log in its envelope: who says what, until when (dataplane 2). The body's form is the kind's.</summary>
public sealed record LogEvent
{
    public const byte CurrentVersion = 1;

    public required ulong ChainId { get; init; }

    /// <summary>May be a number that <see cref="EventKinds"/> does not know.</summary>
    public required EventKind Kind { get; init; }

    public required AuthorType AuthorType { get; init; }

    /// <summary>A node's key; an account's or session key's address, a module's address, behind twelve zero bytes; a committee's hash.</summary>
    public required Hash256 Author { get; init; }

    /// <summary>Of nodes and owners: see <see cref="AuthorNonce"/>. Of others: see <see cref="Events.AuthorType"/>.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>The last log time, ms since 1970, at which the event counts. Zero, which means no end, for derived and committee events only.</summary>
    public required ulong ValidUntilMs { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>64 bytes of a node, 65 (r | s | v) of an account or session key, none otherwise.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }
}
