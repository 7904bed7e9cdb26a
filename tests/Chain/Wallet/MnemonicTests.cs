using System.Text;
using Dsdn.Chain.Wallet;
using Dsdn.Chain.Wallet.Unicode;

namespace Dsdn.Chain.Tests.Wallet;

public class MnemonicTests
{
    private const string Phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";

    [Fact]
    public void ASwappedWordFailsTheChecksum()
    {
        Assert.Equal(MnemonicError.Checksum, Mnemonic.Parse("winner legal thank year wave sausage worth useful legal winner thank yellow", out byte[] entropy, out _));
        Assert.Empty(entropy);
    }

    [Fact]
    public void AnUnknownWordIsNamedByItsPlace()
    {
        Assert.Equal(MnemonicError.UnknownWord, Mnemonic.Parse(Phrase.Replace("thank year", "thank yaer"), out _, out int word));
        Assert.Equal(4, word);
    }

    [Theory]
    [InlineData("")]
    [InlineData("legal winner")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank yellow yellow")]
    public void AWrongNumberOfWordsIsRefused(string phrase) =>
        Assert.Equal(MnemonicError.WordCount, Mnemonic.Parse(phrase, out _, out _));

    [Fact]
    public void WhitespaceAndCaseDoNotMatter()
    {
        string typed = "  Legal winner\tthank  year wave sausage\nworth useful legal winner thank YELLOW ";
        Assert.Equal(MnemonicError.None, Mnemonic.Parse(typed, out byte[] entropy, out _));
        Assert.Equal(Enumerable.Repeat((byte)0x7f, 16), entropy);
        Assert.Equal(Mnemonic.Seed(Phrase, ""), Mnemonic.Seed(typed, ""));
    }

    [Fact]
    public void EveryEntropyLengthSurvivesTheRoundTrip()
    {
        Random random = new(5);
        foreach (int length in (int[])[16, 20, 24, 28, 32])
        {
            byte[] entropy = new byte[length];
            random.NextBytes(entropy);
            string phrase = Mnemonic.FromEntropy(entropy);
            Assert.Equal(length * 3 / 4, phrase.Split(' ').Length);
            Assert.Equal(MnemonicError.None, Mnemonic.Parse(phrase, out byte[] parsed, out _));
            Assert.Equal(entropy, parsed);
        }
    }

    [Theory]
    [InlineData("é", "e\u0301")]
    [InlineData("\ufb01x", "fix")]
    [InlineData("각", "\u1100\u1161\u11a8")]
    [InlineData("가", "\u1100\u1161")]
    [InlineData("a\u0315\u0300\u05ae", "a\u05ae\u0300\u0315")]
    [InlineData("\U0001d400\U0001d419🚀", "AZ🚀")]
    [InlineData("ﷺ", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064a\u0647 \u0648\u0633\u0644\u0645")]
    [InlineData("ệ", "e\u0323\u0302")]
    public void PassphrasesAreBroughtToFormKd(string text, string expected)
    {
        Assert.Equal(expected, Nfkd.Normalize(text));
        Assert.Equal(expected, Nfkd.Normalize(expected));
    }

    /// <summary>The digest is of every code point's form KD, a line each, as Python's unicodedata 14.0.0 gives it.</summary>
    [Fact]
    public void EveryCodePointHasTheFormKdOfUnicode14()
    {
        using System.Security.Cryptography.IncrementalHash sha = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        for (int row = 0; row < 0x1100; row++)
        {
            StringBuilder lines = new();
            for (int point = row << 8; point < (row + 1) << 8; point++)
            {
                if (Rune.IsValid(point)) lines.Append(Nfkd.Normalize(new Rune(point).ToString())).Append('\n');
            }
            sha.AppendData(Encoding.UTF8.GetBytes(lines.ToString()));
        }
        Assert.Equal("d796bc2466011eef032f183cd5a0e9335aed43a191d6c20c137ee95f1fc98dc6", Convert.ToHexStringLower(sha.GetHashAndReset()));
    }

    [Fact]
    public void RandomTextIsNeverAnException()
    {
        Random random = new(9);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = new byte[random.Next(80)];
            random.NextBytes(bytes);
            Mnemonic.Parse(Encoding.Latin1.GetString(bytes), out _, out _);
            _ = HdKey.TryParse(Encoding.Latin1.GetString(bytes), out _);
            _ = HdPath.TryParse("m/" + Encoding.Latin1.GetString(bytes), out _);
        }
    }
}
