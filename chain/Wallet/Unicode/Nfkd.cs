using System.Globalization;
using System.Text;

namespace Dsdn.Chain.Wallet.Unicode;

/// <summary>
/// Unicode normalization form KD (UAX 15), which BIP-39 prescribes for passphrases. Our own because the framework leaves text
/// as it is in culture-invariant mode, and a seed must not depend on the machine.
/// </summary>
internal static class Nfkd
{
    private const int HangulFirst = 0xac00, HangulLast = 0xd7a3;
    private const int LeadingFirst = 0x1100, VowelFirst = 0x1161, TrailingBase = 0x11a7;
    private const int VowelCount = 21, TrailingCount = 28;

    internal static string Normalize(string text)
    {
        if (System.Text.Ascii.IsValid(text)) return text;
        List<int> points = [];
        foreach (Rune rune in text.EnumerateRunes()) Decompose(rune.Value, points);
        Order(points);
        StringBuilder result = new(points.Count);
        foreach (int point in points) result.Append(new Rune(point).ToString());
        return result.ToString();
    }

    private static void Decompose(int point, List<int> output)
    {
        if (point is >= HangulFirst and <= HangulLast)
        {
            int syllable = point - HangulFirst;
            output.Add(LeadingFirst + (syllable / (VowelCount * TrailingCount)));
            output.Add(VowelFirst + (syllable / TrailingCount % VowelCount));
            if (syllable % TrailingCount != 0) output.Add(TrailingBase + (syllable % TrailingCount));
            return;
        }
        if (Find(Tables.Decompositions, point) is Run run)
        {
            if (run.Count > 1) output.Add(run.Values[0] + point - run.First);
            else output.AddRange(run.Values);
            return;
        }
        output.Add(point);
    }

    /// <summary>The canonical ordering algorithm: marks behind a base are sorted by class, stably.</summary>
    private static void Order(List<int> points)
    {
        for (int i = 1; i < points.Count; i++)
        {
            int combiningClass = CombiningClass(points[i]);
            if (combiningClass == 0) continue;
            for (int at = i; at > 0 && CombiningClass(points[at - 1]) > combiningClass; at--)
                (points[at - 1], points[at]) = (points[at], points[at - 1]);
        }
    }

    private static int CombiningClass(int point) => Find(Tables.CombiningClasses, point) is Run run ? run.Values[0] : 0;

    private static Run? Find(Run[] runs, int point)
    {
        int low = 0, high = runs.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            Run run = runs[middle];
            if (point < run.First) high = middle - 1;
            else if (point >= run.First + run.Count) low = middle + 1;
            else return run;
        }
        return null;
    }

    private sealed record Run(int First, int Count, int[] Values);

    /// <summary>Parsed when the first text with more than ASCII comes.</summary>
    private static class Tables
    {
        internal static readonly Run[] Decompositions = Parse(NfkdTable.Decompositions);

        internal static readonly Run[] CombiningClasses = Parse(NfkdTable.CombiningClasses);

        private static Run[] Parse(string table)
        {
            string[] entries = table.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            Run[] runs = new Run[entries.Length];
            for (int i = 0; i < runs.Length; i++)
            {
                string[] sides = entries[i].Split('=');
                string[] key = sides[0].Split('+');
                int[] values = [.. sides[1].Split('.').Select(Hexadecimal)];
                runs[i] = new Run(Hexadecimal(key[0]), key.Length == 1 ? 1 : Hexadecimal(key[1]), values);
            }
            return runs;
        }

        private static int Hexadecimal(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
