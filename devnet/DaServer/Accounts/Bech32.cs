using System.Text;

namespace Dsdn.DaServer.Accounts;

/// <summary>Addresses of Cosmos chains as text: BIP-173's bech32 over 20 bytes.</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumChars = 6, CharsMax = 90;

    public static string Encode(string prefix, ReadOnlySpan<byte> bytes)
    {
        byte[] words = Regroup(bytes, 8, 5, pads: true) ?? [];
        StringBuilder text = new(prefix);
        text.Append('1');
        foreach (byte word in words) text.Append(Alphabet[word]);
        foreach (byte word in Checksum(prefix, words)) text.Append(Alphabet[word]);
        return text.ToString();
    }

    /// <param name="bytes">Null where it is no such address.</param>
    public static bool TryDecode(string prefix, string text, out byte[]? bytes)
    {
        bytes = null;
        if (text.Length > CharsMax || text.Length < prefix.Length + 1 + ChecksumChars || !text.StartsWith(prefix + "1", StringComparison.Ordinal)) return false;
        byte[] words = new byte[text.Length - prefix.Length - 1];
        for (int i = 0; i < words.Length; i++)
        {
            int word = Alphabet.IndexOf(text[prefix.Length + 1 + i], StringComparison.Ordinal);
            if (word < 0) return false;
            words[i] = (byte)word;
        }
        byte[] body = words[..^ChecksumChars];
        if (!words.AsSpan(body.Length).SequenceEqual(Checksum(prefix, body))) return false;
        bytes = Regroup(body, 5, 8, pads: false);
        return bytes is not null;
    }

    private static byte[] Checksum(string prefix, ReadOnlySpan<byte> words)
    {
        uint state = 1;
        foreach (char letter in prefix) state = Step(state, (uint)letter >> 5);
        state = Step(state, 0);
        foreach (char letter in prefix) state = Step(state, (uint)letter & 31);
        foreach (byte word in words) state = Step(state, word);
        for (int i = 0; i < ChecksumChars; i++) state = Step(state, 0);
        state ^= 1;
        byte[] checksum = new byte[ChecksumChars];
        for (int i = 0; i < ChecksumChars; i++) checksum[i] = (byte)((state >> (5 * (ChecksumChars - 1 - i))) & 31);
        return checksum;
    }

    private static uint Step(uint state, uint word)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        uint top = state >> 25;
        state = ((state & 0x1ffffff) << 5) ^ word;
        for (int i = 0; i < generator.Length; i++)
            if (((top >> i) & 1) == 1) state ^= generator[i];
        return state;
    }

    /// <returns>Null where bits are left over that are not zero.</returns>
    private static byte[]? Regroup(ReadOnlySpan<byte> groups, int from, int to, bool pads)
    {
        List<byte> regrouped = [];
        uint held = 0;
        int bits = 0;
        foreach (byte group in groups)
        {
            held = (held << from) | group;
            for (bits += from; bits >= to; bits -= to) regrouped.Add((byte)((held >> (bits - to)) & ((1u << to) - 1)));
            held &= (1u << bits) - 1;
        }
        if (pads && bits > 0) regrouped.Add((byte)(held << (to - bits)));
        return !pads && (bits >= from || held != 0) ? null : [.. regrouped];
    }
}
