using System.Globalization;
using System.Text;

namespace Dsdn.Chain.Wallet;

/// <summary>A derivation path of BIP-32 such as <c>m/44'/60'/0'/0/3</c>; bit 31 of a step marks it as hardened.</summary>
public sealed class HdPath
{
    public const uint Hardened = 0x8000_0000;

    private const int StepsMax = 32;
    private const int TextCharsMax = 400;

    private readonly uint[] _steps;

    private HdPath(uint[] steps) => _steps = steps;

    public ReadOnlySpan<uint> Steps => _steps;

    /// <summary>Account <paramref name="index"/> of an Ethereum wallet (BIP-44, coin 60): <c>m/44'/60'/0'/0/index</c>.</summary>
    /// <param name="index">Below 2^31.</param>
    public static HdPath Ethereum(uint index)
    {
        if (index >= Hardened) throw new ArgumentOutOfRangeException(nameof(index));
        return new HdPath([44 | Hardened, 60 | Hardened, 0 | Hardened, 0, index]);
    }

    /// <summary>Accepts m, then steps of decimal digits, hardened by a trailing ' or h.</summary>
    public static bool TryParse(string text, out HdPath path)
    {
        path = new HdPath([]);
        if (text.Length > TextCharsMax) return false;
        string[] parts = text.Split('/');
        if (parts[0] != "m" || parts.Length - 1 > StepsMax) return false;
        uint[] steps = new uint[parts.Length - 1];
        for (int i = 0; i < steps.Length; i++)
        {
            ReadOnlySpan<char> part = parts[i + 1];
            bool hardened = part.EndsWith('\'') || part.EndsWith('h');
            if (hardened) part = part[..^1];
            if (!uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out uint step) || step >= Hardened) return false;
            steps[i] = hardened ? step | Hardened : step;
        }
        path = new HdPath(steps);
        return true;
    }

    public override string ToString()
    {
        StringBuilder text = new("m");
        foreach (uint step in _steps)
        {
            text.Append('/').Append((step & ~Hardened).ToString(CultureInfo.InvariantCulture));
            if (step >= Hardened) text.Append('\'');
        }
        return text.ToString();
    }
}
