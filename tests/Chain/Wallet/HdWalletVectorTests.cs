using System.Text;
using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet;

namespace Dsdn.Chain.Tests.Wallet;

public class HdWalletVectorTests
{
    [Fact]
    public void VectorBip39English()
    {
        int seen = 0;
        foreach (JsonElement test in Vectors.Json("bip39-english.json").GetProperty("tests").EnumerateArray())
        {
            string phrase = test.GetProperty("mnemonic").GetString()!;
            byte[] entropy = Convert.FromHexString(test.GetProperty("entropy").GetString()!);
            Assert.Equal(phrase, Mnemonic.FromEntropy(entropy));
            Assert.Equal(MnemonicError.None, Mnemonic.Parse(phrase, out byte[] parsed, out _));
            Assert.Equal(entropy, parsed);
            byte[] seed = Mnemonic.Seed(phrase, "TREZOR");
            Assert.Equal(test.GetProperty("seed").GetString(), Convert.ToHexStringLower(seed));
            Assert.True(HdKey.TryFromSeed(seed, out HdKey? master));
            Assert.Equal(test.GetProperty("xprv").GetString(), master!.ToPrivateText());
            seen++;
        }
        Assert.True(seen > 10);
    }

    [Fact]
    public void VectorBip39WordList()
    {
        string[] words = Encoding.UTF8.GetString(Vectors.Bytes("bip39-english-wordlist.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(EnglishWords.Count, words.Length);
        for (int i = 0; i < words.Length; i++)
        {
            Assert.Equal(words[i], EnglishWords.At(i));
            Assert.Equal(i, EnglishWords.IndexOf(words[i]));
        }
    }

    [Fact]
    public void VectorEthersMnemonicsWithUnicodePassphrases()
    {
        int nodes = 0;
        foreach (JsonElement test in Vectors.Json("ethers-mnemonics-en.json").GetProperty("tests").EnumerateArray())
        {
            string phrase = Text(test, "phrase"), password = Text(test, "password");
            Assert.Equal(MnemonicError.None, Mnemonic.Parse(phrase, out byte[] entropy, out _));
            Assert.Equal(test.GetProperty("entropy").GetString(), Hex.Encode(entropy));
            byte[] seed = Mnemonic.Seed(phrase, password);
            Assert.Equal(test.GetProperty("seed").GetString(), Hex.Encode(seed));
            Assert.True(HdKey.TryFromSeed(seed, out HdKey? master));
            foreach (JsonElement node in test.GetProperty("nodes").EnumerateArray())
            {
                AssertNode(master!, node);
                nodes++;
            }
        }
        Assert.True(nodes > 100);
    }

    [Fact]
    public void VectorBip32ChainsAndTheirPublicHalves()
    {
        foreach (JsonElement vector in Vectors.Json("bip32.json").GetProperty("valid").EnumerateArray())
        {
            Assert.True(HdKey.TryFromSeed(Convert.FromHexString(vector.GetProperty("seed").GetString()!), out HdKey? master));
            foreach (JsonElement chain in vector.GetProperty("chains").EnumerateArray())
            {
                string text = chain.GetProperty("path").GetString()!;
                string xprv = chain.GetProperty("xprv").GetString()!, xpub = chain.GetProperty("xpub").GetString()!;
                Assert.True(HdPath.TryParse(text.Replace('H', 'h'), out HdPath path));
                HdKey key = master!.Derive(path)!;
                Assert.Equal(xprv, key.ToPrivateText());
                Assert.Equal(xpub, key.ToPublicText());
                Assert.True(HdKey.TryParse(xprv, out HdKey? parsed));
                Assert.Equal(xprv, parsed!.ToPrivateText());
                Assert.True(HdKey.TryParse(xpub, out HdKey? parsedPublic));
                Assert.Equal(xpub, parsedPublic!.ToPublicText());
                Assert.False(parsedPublic.HasPrivateKey);
                Assert.Equal(key.Derive(7)!.ToPublicText(), parsedPublic.Derive(7)!.ToPublicText());
                Assert.Null(parsedPublic.Derive(7 | HdPath.Hardened));
            }
        }
    }

    [Fact]
    public void VectorBip32InvalidKeysAreRefused()
    {
        int seen = 0;
        foreach (JsonElement test in Vectors.Json("bip32.json").GetProperty("invalid").EnumerateArray())
        {
            Assert.False(HdKey.TryParse(test.GetProperty("key").GetString()!, out _), test.GetProperty("why").GetString());
            seen++;
        }
        Assert.True(seen > 5);
    }

    private static void AssertNode(HdKey master, JsonElement node)
    {
        string text = node.GetProperty("path").GetString()!;
        Assert.True(HdPath.TryParse(text, out HdPath path));
        Assert.Equal(text, path.ToString());
        HdKey key = master.Derive(path)!;
        Assert.Equal(node.GetProperty("xpriv").GetString(), key.ToPrivateText());
        Assert.Equal(node.GetProperty("xpub").GetString(), key.ToPublicText());
        Assert.Equal(node.GetProperty("privateKey").GetString(), Hex.Encode(key.PrivateKey));
        Assert.Equal(node.GetProperty("publicKey").GetString(), Hex.Encode(key.PublicKey));
        Assert.Equal(node.GetProperty("chainCode").GetString(), Hex.Encode(key.ChainCode));
        Assert.Equal(node.GetProperty("fingerprint").GetString(), $"0x{key.Fingerprint:x8}");
        Assert.Equal(node.GetProperty("parentFingerprint").GetString(), $"0x{key.ParentFingerprint:x8}");
        Assert.Equal(node.GetProperty("depth").GetInt32(), key.Depth);
        Assert.Equal(node.GetProperty("index").GetUInt32(), key.Index);
    }

    private static string Text(JsonElement test, string name) => Encoding.UTF8.GetString(Hex.Decode(test.GetProperty(name).GetString()!));
}
