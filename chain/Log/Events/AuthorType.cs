namespace Dsdn.Chain.Log.Events;

/// <summary>Who an event is by. Numbers are part of the format.</summary>
public enum AuthorType : byte
{
    /// <summary>Follows from a ChainAnchor; the author is the module's address, the nonce its place in the module's feed.</summary>
    Derived = 0,

    /// <summary>A service node: its Ed25519 key, which is its id.</summary>
    Node = 1,

    /// <summary>An account, by EIP-712.</summary>
    Account = 2,

    /// <summary>A key that an account registered on the chain, by EIP-712.</summary>
    Session = 3,

    /// <summary>The committee that signs the batch; the author is its hash, the nonce is seq * 65,536 + place in the batch.</summary>
    Committee = 4,
}
