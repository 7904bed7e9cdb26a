using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log;

/// <summary>The one root over both parts of the log's state (rulings 33): H(tag | data root | operations root).</summary>
public static class LogStateRoot
{
    public static Hash256 Of(in Hash256 dataRoot, in Hash256 operationsRoot) =>
        LogTag.Hash(LogDomain.StateRoot, [.. dataRoot.Span, .. operationsRoot.Span]);
}
