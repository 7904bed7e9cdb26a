using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Tests.Trie;

namespace Dsdn.Chain.Tests.State;

/// <summary>Roots and leaves of a state from plain maps, written out again from the rules (chain-decisions 1.7 and 2).</summary>
internal static class ReferenceState
{
    public static readonly Hash256 EmptyRoot = Keccak.Hash([0x80]);

    public static Hash256 Root(StateRig.Model model) => ReferenceTrie.Root(model.Accounts.Select(
        a => new KeyValuePair<byte[], byte[]>(Keccak.Hash(a.Key.Span).ToArray(), AccountLeaf(model, a.Key)!)));

    public static Hash256 StorageRoot(StateRig.Model model, int module) => ReferenceTrie.Root(model.Records.Where(r => r.Key[0] == module).Select(
        r => new KeyValuePair<byte[], byte[]>(Keccak.Hash(Slot(r.Key).Span).ToArray(), Trimmed(Word(r.Key, r.Value)))));

    public static byte[]? AccountLeaf(StateRig.Model model, Address address)
    {
        if (!model.Accounts.TryGetValue(address, out Account account)) return null;
        byte[][] parts = [
            Trimmed(((Uint256)account.Nonce, true)), Trimmed(((Uint256)account.Balance.BaseUnits, true)),
            ReferenceTrie.String((account.IsModule ? StorageRoot(model, address.Span[19]) : EmptyRoot).ToArray()),
            ReferenceTrie.String((account.IsModule ? Keccak.Hash([0x60, 0, 0x60, 0, 0xfd]) : Keccak.Hash([])).ToArray())];
        byte[] payload = [.. parts.SelectMany(p => p)];
        return [0xf8, (byte)payload.Length, .. payload];
    }

    public static Hash256 Slot(byte[] flatKey) => Keccak.Hash(flatKey.AsSpan(1));

    public static (Uint256, bool) Word(byte[] flatKey, byte[] value) =>
        ((flatKey[1] & 0x80) != 0 ? Uint256.FromBigEndian(value) : Uint256.FromBigEndian(Keccak.Hash([1, .. value]).Span), true);

    public static byte[] Trimmed((Uint256 Word, bool) number)
    {
        byte[] bytes = new byte[32];
        number.Word.WriteBigEndian(bytes);
        return ReferenceTrie.String([.. bytes.SkipWhile(b => b == 0)]);
    }
}
