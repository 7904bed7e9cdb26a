using System.Buffers.Binary;
using System.Numerics;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// Who passes a part to whom, the same at every validator: the proposer to the first ceil(sqrt m) of the m others, each of
/// those to its children. The order is drawn anew for every part, so each validator carries about as much as any other.
/// </summary>
internal sealed class PartTree
{
    private const int Proposer = -1;

    private readonly int[] _parents; // by validator; -1: the proposer sends to it

    private PartTree(int[] parents) => _parents = parents;

    /// <param name="directMax">With at most so many others the proposer is everybody's parent.</param>
    public static PartTree Of(Hash256 root, int part, IReadOnlyList<Validator> validators, int proposer, int directMax)
    {
        int[] parents = new int[validators.Count];
        Array.Fill(parents, Proposer);
        int others = validators.Count - 1;
        if (others <= directMax) return new PartTree(parents);
        (ulong Key, int Validator)[] order = new (ulong, int)[others];
        ulong seed = BinaryPrimitives.ReadUInt64LittleEndian(root.Span);
        for (int i = 0, at = 0; i < validators.Count; i++)
            if (i != proposer) order[at++] = (Mix(seed, (ulong)part, BinaryPrimitives.ReadUInt64LittleEndian(validators[i].Operator.Span)), i);
        Array.Sort(order);
        int first = FirstLevel(others);
        for (int at = first; at < others; at++) parents[order[at].Validator] = order[(at - first) % first].Validator;
        return new PartTree(parents);
    }

    /// <summary>Who sends the part to this validator; -1: the proposer.</summary>
    public int ParentOf(int validator) => _parents[validator];

    private static int FirstLevel(int others)
    {
        int root = 1;
        while (root * root < others) root++;
        return root;
    }

    /// <summary>The finalizer of MurmurHash3 over three words; equal everywhere, and nothing depends on its strength.</summary>
    internal static ulong Mix(ulong a, ulong b, ulong c)
    {
        unchecked
        {
            ulong x = a ^ BitOperations.RotateLeft(b * 0x9E3779B97F4A7C15, 31) ^ BitOperations.RotateLeft(c * 0xC2B2AE3D27D4EB4F, 17);
            x = (x ^ (x >> 33)) * 0xFF51AFD7ED558CCD;
            x = (x ^ (x >> 33)) * 0xC4CEB9FE1A85EC53;
            return x ^ (x >> 33);
        }
    }
}
