using System.Reflection;
using System.Text;

namespace Dsdn.Sdk.Recovery;

/// <summary>One share as its words say (SLIP-0039, format of the share mnemonic).</summary>
/// <param name="Id">15 bits: the same for all shares of a set.</param>
/// <param name="Exponent">Of the iterations.</param>
internal sealed record RecoveryShare(
    ushort Id, bool IsExtendable, byte Exponent, byte GroupIndex, byte GroupThreshold, byte GroupCount, byte MemberIndex, byte MemberThreshold, byte[] Value)
{
    private const int Radix = 10, HeadWords = 4, CheckWords = 3, WordsMin = 20, WordsMax = 128, PaddingBitsMax = 8;

    private static readonly string[] Words = Load();
    private static readonly Dictionary<string, int> Numbers = Words.Select(static (word, i) => (word, i)).ToDictionary(static pair => pair.word, static pair => pair.i, StringComparer.Ordinal);

    /// <summary>What all shares of a set have in common.</summary>
    public (ushort, bool, byte, byte, byte, int) Set => (Id, IsExtendable, Exponent, GroupThreshold, GroupCount, Value.Length);

    public string Write()
    {
        int valueWords = ((Value.Length * 8) + Radix - 1) / Radix;
        List<int> words = new(HeadWords + valueWords + CheckWords);
        ulong head = ((ulong)Id << 25) | (IsExtendable ? 1UL << 24 : 0) | ((ulong)Exponent << 20) | ((ulong)GroupIndex << 16) | ((ulong)(GroupThreshold - 1) << 12)
            | ((ulong)(GroupCount - 1) << 8) | ((ulong)MemberIndex << 4) | (uint)(MemberThreshold - 1);
        for (int i = HeadWords - 1; i >= 0; i--) words.Add((int)(head >> (i * Radix)) & 0x3ff);
        int padding = (valueWords * Radix) - (Value.Length * 8);
        for (int word = 0; word < valueWords; word++)
        {
            int bits = 0;
            for (int i = 0; i < Radix; i++)
            {
                int at = (word * Radix) + i - padding;
                bits = (bits << 1) | (at < 0 ? 0 : (Value[at / 8] >> (7 - (at % 8))) & 1);
            }
            words.Add(bits);
        }
        uint check = Polymod([.. Customization(IsExtendable), .. words, 0, 0, 0]) ^ 1;
        for (int i = CheckWords - 1; i >= 0; i--) words.Add((int)(check >> (i * Radix)) & 0x3ff);
        return string.Join(' ', words.Select(static word => Words[word]));
    }

    /// <param name="wordNumber">From 1, of the word that is not in the list.</param>
    public static ShareFault TryRead(string text, out RecoveryShare? share, out int wordNumber)
    {
        (share, wordNumber) = (null, 0);
        string[] parts = text.ToLowerInvariant().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < WordsMin or > WordsMax) return ShareFault.Length;
        int[] words = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (Numbers.TryGetValue(parts[i], out words[i])) continue;
            wordNumber = i + 1;
            return ShareFault.Word;
        }
        ulong head = 0;
        for (int i = 0; i < HeadWords; i++) head = (head << Radix) | (uint)words[i];
        bool isExtendable = ((head >> 24) & 1) == 1;
        if (Polymod([.. Customization(isExtendable), .. words]) != 1) return ShareFault.Checksum;
        int valueBits = (words.Length - HeadWords - CheckWords) * Radix, padding = valueBits % 16;
        if (padding > PaddingBitsMax) return ShareFault.Length;
        byte[] value = new byte[(valueBits - padding) / 8];
        for (int bit = 0; bit < valueBits; bit++)
        {
            int one = (words[HeadWords + (bit / Radix)] >> (Radix - 1 - (bit % Radix))) & 1;
            if (bit >= padding) value[(bit - padding) / 8] |= (byte)(one << (7 - ((bit - padding) % 8)));
            else if (one != 0) return ShareFault.Form;
        }
        share = new RecoveryShare(
            (ushort)(head >> 25), isExtendable, (byte)((head >> 20) & 15), (byte)((head >> 16) & 15), (byte)(((head >> 12) & 15) + 1), (byte)(((head >> 8) & 15) + 1),
            (byte)((head >> 4) & 15), (byte)((head & 15) + 1), value);
        return share.GroupThreshold > share.GroupCount ? ShareFault.Form : ShareFault.None;
    }

    public override string ToString() => nameof(RecoveryShare);

    private static IEnumerable<int> Customization(bool isExtendable) => (isExtendable ? "shamir_extendable" : "shamir").Select(static letter => (int)letter);

    /// <summary>The Reed-Solomon code over GF(1024) that finds any three wrong words.</summary>
    private static uint Polymod(IEnumerable<int> values)
    {
        ReadOnlySpan<uint> generator = [0xe0e040, 0x1c1c080, 0x3838100, 0x7070200, 0xe0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x3f3f120];
        uint check = 1;
        foreach (int value in values)
        {
            uint top = check >> 20;
            check = ((check & 0xfffff) << 10) ^ (uint)value;
            for (int i = 0; i < generator.Length; i++)
                if (((top >> i) & 1) == 1) check ^= generator[i];
        }
        return check;
    }

    private static string[] Load()
    {
        const string Name = "Dsdn.Sdk.Recovery.slip39-words.txt";
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Name) ?? throw new InvalidOperationException($"{Name} is not embedded");
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
