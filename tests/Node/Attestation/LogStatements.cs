using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Tests.Attestation;

internal static class LogStatements
{
    public const ulong ChainId = 17_847;
    public const ulong NowMs = 1_800_000_000_000;

    public static DaStatement Statement(ulong seq, string core = "a", ulong epoch = 3, ulong createdMs = NowMs) => new(
        ChainId, epoch, Hash("set"), seq, Hash(core), new byte[29], 0, 500, Hash("sha"), Hash("commitment"), Hash("chunks"), createdMs, createdMs + DaStatement.KeptMs);

    public static LogAnchor Anchor(ulong seq, string core = "a", string root = "r") => new(ChainId, 3, Hash("set"), seq, Hash(core), Hash(root), 0, Hash256.Zero);

    public static Hash256 Hash(string text) => Keccak.Hash(Encoding.ASCII.GetBytes(text));
}
