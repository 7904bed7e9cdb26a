using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Services;

namespace Dsdn.Reading;

/// <summary>Stable codes of the read path.</summary>
public static class ReadCodes
{
    /// <summary>Nobody that follows the log answers.</summary>
    public const string NoSource = "DSDN-E-READ-NO-SOURCE";

    /// <summary>No agreement declared it, up to a stated batch.</summary>
    public const string Unknown = "DSDN-E-READ-UNKNOWN";

    public const string Deleted = "DSDN-E-READ-DELETED";

    /// <summary>None of the nodes that have it gave it; each is named with what it said.</summary>
    public const string Unavailable = "DSDN-E-READ-UNAVAILABLE";

    /// <summary>What the log's root proves is not what the id names: the chunk was declared wrongly.</summary>
    public const string NotTheChunk = "DSDN-E-READ-NOT-THE-CHUNK";

    /// <summary>The shards that are left are no code word: the chunk was encoded wrongly by who uploaded it (dataplane 1.18).</summary>
    public const string Encoding = "DSDN-E-READ-ENCODING";

    /// <summary>The range does not lie in the chunk.</summary>
    public const string Range = "DSDN-E-READ-RANGE";
}

/// <summary>Why a node did not give what it was asked for.</summary>
/// <param name="Code">Its own, or what the connection came to: UNAVAILABLE, WRONG-BYTES, TIMEOUT, NO-ADDRESS.</param>
public sealed record NodeFailure(Hash256 Node, ushort Zone, string Address, string Code, string Detail)
{
    public const string WrongBytes = "WRONG-BYTES", Timeout = "TIMEOUT", NoAddress = "NO-ADDRESS";

    public override string ToString() => $"node {Node.ToString()[..10]} in zone {Zone.ToString(CultureInfo.InvariantCulture)} at {Address}: {Code} {Detail}".TrimEnd();
}

/// <summary>A read that cannot be answered now. Nothing that was handed out before was wrong.</summary>
public sealed class ReadFailedException : Exception
{
    public ReadFailedException(string code, string detail, IReadOnlyList<NodeFailure>? nodes = null)
        : base(code + ": " + detail) => (Code, Detail, Nodes) = (code, detail, nodes ?? []);

    public string Code { get; }

    public string Detail { get; }

    /// <summary>Those that were asked in vain.</summary>
    public IReadOnlyList<NodeFailure> Nodes { get; }

    /// <summary>Of <see cref="ServiceCodes.Behind"/>: what is known, and what was asked for.</summary>
    public ulong Seq { get; private init; }

    public ulong MinSeq { get; private init; }

    public static ReadFailedException Behind(ulong seq, ulong minSeq) =>
        new(ServiceCodes.Behind, string.Create(CultureInfo.InvariantCulture, $"at batch {seq}, asked for {minSeq}")) { Seq = seq, MinSeq = minSeq };
}
