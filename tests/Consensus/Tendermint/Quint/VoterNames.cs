using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>The model's validators by name, in the order of names; as addresses their number.</summary>
internal sealed class VoterNames
{
    private readonly string[] _names;

    /// <param name="set">Map from name to power.</param>
    public VoterNames(JsonElement set)
    {
        var sorted = set.Map().Select(pair => (Name: pair.Key.GetString()!, Power: (ulong)pair.Value.Number())).OrderBy(pair => pair.Name, StringComparer.Ordinal).ToArray();
        _names = [.. sorted.Select(pair => pair.Name)];
        Powers = [.. sorted.Select(pair => pair.Power)];
    }

    public IReadOnlyList<ulong> Powers { get; }

    public IReadOnlyList<string> All => _names;

    public int Index(string name) => Array.IndexOf(_names, name);

    public int Index(JsonElement vote) => Index(vote.Voter());

    public string Name(Address voter) => _names[Array.FindIndex(_names, name => AddressOf(name) == voter)];

    public Vote Vote(JsonElement vote) => vote.Vote() with { Voter = AddressOf(vote.Voter()) };

    /// <summary>The model's rule: in the order of names, the first one last.</summary>
    public string Proposer(int round) => _names[(round + 1) % _names.Length];

    private Address AddressOf(string name) => TestNet.Name(Index(name));
}
