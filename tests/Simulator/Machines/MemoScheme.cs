using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Simulator.Machines;

/// <summary>
/// The production scheme, with each signature checked once for all validators of the run: the same bytes, signature and key
/// have one verdict. Only here; a node checks everything itself.
/// </summary>
internal sealed class MemoScheme(ChainMessageScheme scheme) : IMessageScheme
{
    private readonly Dictionary<Hash256, List<(byte[] Message, byte[] Signature, byte[] Key, bool Verdict)>> _known = [];

    public byte[] SignBytes(Proposal proposal) => scheme.SignBytes(proposal);

    public byte[] SignBytes(Vote vote) => scheme.SignBytes(vote);

    public bool Verify(Proposal proposal, ReadOnlySpan<byte> publicKey) =>
        Find(scheme.SignBytes(proposal), proposal.Signature.Span, publicKey) ?? Keep(scheme.SignBytes(proposal), proposal.Signature.Span, publicKey, scheme.Verify(proposal, publicKey));

    public bool Verify(Vote vote, ReadOnlySpan<byte> publicKey) =>
        Find(scheme.SignBytes(vote), vote.Signature.Span, publicKey) ?? Keep(scheme.SignBytes(vote), vote.Signature.Span, publicKey, scheme.Verify(vote, publicKey));

    private bool? Find(byte[] message, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key)
    {
        if (signature.Length < Hash256.Size || !_known.TryGetValue(new Hash256(signature[..Hash256.Size]), out var entries)) return null;
        foreach ((byte[] knownMessage, byte[] knownSignature, byte[] knownKey, bool verdict) in entries)
        {
            if (message.AsSpan().SequenceEqual(knownMessage) && signature.SequenceEqual(knownSignature) && key.SequenceEqual(knownKey)) return verdict;
        }
        return null;
    }

    private bool Keep(byte[] message, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key, bool verdict)
    {
        if (signature.Length < Hash256.Size) return verdict;
        var first = new Hash256(signature[..Hash256.Size]);
        if (!_known.TryGetValue(first, out var entries)) _known[first] = entries = [];
        entries.Add((message, signature.ToArray(), key.ToArray(), verdict));
        return verdict;
    }
}
