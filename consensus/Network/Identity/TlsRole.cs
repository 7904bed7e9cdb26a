using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Network.Identity;

/// <summary>What a TLS key may be used for. A certificate for one role is refused in another.</summary>
public enum TlsRole : byte
{
    /// <summary>Links between validators and followers.</summary>
    Peer = 1,

    /// <summary>Between a validator and its remote signer.</summary>
    Signer = 2,

    /// <summary>Storage and compute nodes.</summary>
    Service = 3,

    /// <summary>Members of the coordinator committee.</summary>
    Coordinator = 4,
}

/// <summary>Which chain a certificate speaks for; certificates of another chain are refused in the handshake.</summary>
public readonly record struct ChainIdentity(ulong ChainId, Hash256 GenesisHash);
