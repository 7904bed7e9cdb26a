using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Anchors;

/// <summary>
/// What the chain learns of the log (rulings 38): validators with more than two thirds of the power, who follow the log, vouch for the
/// state after a batch.
/// </summary>
/// <param name="Epoch">Of the chain.</param>
/// <param name="ValidatorSetHash">The set that signs.</param>
/// <param name="StateRoot">After that batch: <see cref="LogStateRoot"/>.</param>
/// <param name="DaHeight">Celestia's, of the batch; 0 where it is not there.</param>
/// <param name="DaDataRoot">Of that height; zero where the height is.</param>
public sealed record LogAnchor(
    ulong ChainId, ulong Epoch, Hash256 ValidatorSetHash, ulong Seq, Hash256 CoreHash, Hash256 StateRoot, ulong DaHeight, Hash256 DaDataRoot)
{
    /// <summary>H(tag | fields).</summary>
    public Hash256 Id
    {
        get
        {
            LogWriter writer = new(192);
            LogAnchorCodec.WriteStatement(writer, this);
            return LogTag.Hash(LogDomain.Anchor, writer.Written);
        }
    }

    /// <summary>What a validator signs: tag | id.</summary>
    public byte[] Message => LogTag.Message(LogDomain.Anchor, Id.Span);
}
