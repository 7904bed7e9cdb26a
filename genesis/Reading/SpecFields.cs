using System.Globalization;
using Dsdn.Chain.Primitives;

namespace Dsdn.Genesis.Reading;

/// <summary>
/// The members of one JSON object, read by name and type. What is wrong goes to the list of errors and gives a zero, so that
/// reading goes on and everything is reported at once. <see cref="End"/> reports what nobody asked for.
/// </summary>
internal sealed class SpecFields(SpecNode node, List<GenesisError> errors)
{
    private const ulong IntegerMax = (1UL << 53) - 1; // what every JSON library can hold

    private readonly List<string> _asked = [];
    private readonly List<string> _refused = [];

    public SpecNode Node => node;

    /// <summary>False once an amount could not be read: sums over it say nothing.</summary>
    public bool AmountsAreWhole { get; private set; } = true;

    /// <summary>Was read and nothing is wrong with it so far: rules look at nothing else, so that one mistake gives one error.</summary>
    public bool IsGood(string name) => _asked.Contains(name, StringComparer.Ordinal) && !_refused.Contains(name, StringComparer.Ordinal);

    public string Text(string name) => Leaf(name, SpecNodeKind.Text, "a string")?.Text ?? "";

    public ulong Integer(string name) => Integer(name, IntegerMax);

    public uint Integer32(string name) => (uint)Integer(name, uint.MaxValue);

    public Amount Amount(string name)
    {
        if (Leaf(name, SpecNodeKind.Text, "a string of digits: base units") is { } leaf)
        {
            bool isCanonical = leaf.Text is "0" || (leaf.Text.Length > 0 && leaf.Text[0] is >= '1' and <= '9');
            if (isCanonical && UInt128.TryParse(leaf.Text, NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 baseUnits)) return new Amount(baseUnits);
            Refuse(name, GenesisCodes.Type, "must be base units in digits, without leading zeros, below 2^128");
        }
        AmountsAreWhole = false;
        return default;
    }

    public Address Address(string name)
    {
        if (Leaf(name, SpecNodeKind.Text, "an address") is not { } leaf) return default;
        if (Chain.Primitives.Address.TryParse(leaf.Text, out Address address)) return address;
        Refuse(name, GenesisCodes.Type, "must be an address: 0x and 40 hexadecimal digits");
        return default;
    }

    /// <summary>Empty where it could not be read.</summary>
    public byte[] Bytes(string name, int length)
    {
        if (Leaf(name, SpecNodeKind.Text, "a string") is not { } leaf) return [];
        if (Hex.TryDecode(leaf.Text, out byte[]? bytes) && bytes.Length == length) return bytes;
        Refuse(name, GenesisCodes.Type, string.Create(CultureInfo.InvariantCulture, $"must be {length} bytes: 0x and {2 * length} hexadecimal digits"));
        return [];
    }

    public Share Share(string name)
    {
        if (Leaf(name, SpecNodeKind.Text, "the name of a share") is { } leaf)
        {
            foreach (Share share in Allocation.Shares)
            {
                if (string.Equals(Allocation.Name(share), leaf.Text, StringComparison.Ordinal)) return share;
            }
            Refuse(name, GenesisCodes.Type, $"must be one of {string.Join(", ", Allocation.Shares.Select(Allocation.Name))}");
        }
        AmountsAreWhole = false;
        return default;
    }

    public SpecFields Object(string name) => new(Leaf(name, SpecNodeKind.Object, "an object") ?? Nothing(name), errors);

    /// <summary>Null where there is no such member, which is no mistake.</summary>
    public SpecFields? ObjectIfAny(string name) =>
        node.Kind == SpecNodeKind.Object && node.Member(name) is not null ? Object(name) : null;

    public IReadOnlyList<SpecFields> Objects(string name)
    {
        List<SpecFields> objects = [];
        foreach (SpecNode item in Leaf(name, SpecNodeKind.List, "a list")?.Items ?? [])
        {
            if (item.Kind == SpecNodeKind.Object) objects.Add(new SpecFields(item, errors));
            else Refuse(item, item.Kind == SpecNodeKind.Null ? GenesisCodes.Incomplete : GenesisCodes.Type, "must be an object");
        }
        return objects;
    }

    public void Refuse(string name, string code, string message)
    {
        _refused.Add(name);
        Refuse(node.Member(name) ?? node, code, message);
    }

    public void Refuse(SpecNode at, string code, string message) => errors.Add(new GenesisError(at.Line, at.Pointer, code, message));

    /// <summary>Reports members that were not asked for.</summary>
    public void End()
    {
        for (int i = 0; i < node.Names.Count; i++)
        {
            if (!_asked.Contains(node.Names[i], StringComparer.Ordinal)) Refuse(node.Items[i], GenesisCodes.Unknown, "there is no such member");
        }
    }

    private ulong Integer(string name, ulong greatest)
    {
        if (Leaf(name, SpecNodeKind.Number, "an integer") is not { } leaf) return 0;
        bool isCanonical = leaf.Text is "0" || leaf.Text[0] is >= '1' and <= '9';
        if (isCanonical && ulong.TryParse(leaf.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value <= greatest) return value;
        Refuse(name, GenesisCodes.Type, string.Create(CultureInfo.InvariantCulture, $"must be an integer from 0 to {greatest}"));
        return 0;
    }

    private SpecNode? Leaf(string name, SpecNodeKind kind, string wanted)
    {
        _asked.Add(name);
        SpecNode? member = node.Kind == SpecNodeKind.Object ? node.Member(name) : null;
        if (member?.Kind == kind) return member;
        if (node.Kind != SpecNodeKind.Object) _refused.Add(name); // its absence was reported with the object's
        else if (member is null) Refuse(name, GenesisCodes.Missing, $"{name} is missing");
        else if (member.Kind == SpecNodeKind.Null) Refuse(name, GenesisCodes.Incomplete, "is not filled in");
        else Refuse(name, GenesisCodes.Type, $"must be {wanted}");
        return null;
    }

    private SpecNode Nothing(string name) => new(SpecNodeKind.Null, node.Line, $"{node.Pointer}/{name}", "", [], []);
}
