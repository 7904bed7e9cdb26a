using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Recovery;

namespace Dsdn.Transfers.Tests;

public sealed class RecoveryTests
{
    [Fact]
    public void AnyTwoOfThreeSharesGiveTheSecret()
    {
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        IReadOnlyList<string> shares = RecoveryShares.Split(secret, 2, 3);
        Assert.All(shares, share => Assert.Equal(33, share.Split(' ').Length));
        foreach ((int a, int b) in (ReadOnlySpan<(int, int)>)[(0, 1), (1, 0), (0, 2), (2, 1)])
        {
            Assert.Equal(ShareFault.None, RecoveryShares.TryCombine([shares[a], shares[b].ToUpperInvariant() + "\n"], out byte[] found, out _, out _));
            Assert.Equal(secret, found);
        }
        foreach ((int threshold, int count) in (ReadOnlySpan<(int, int)>)[(3, 5), (5, 5), (16, 16)])
        {
            Assert.Equal(ShareFault.None, RecoveryShares.TryCombine([.. RecoveryShares.Split(secret, threshold, count).Reverse().Take(threshold)], out byte[] found, out _, out _));
            Assert.Equal(secret, found);
        }
    }

    [Fact]
    public void WrongSharesAreToldApart()
    {
        IReadOnlyList<string> shares = RecoveryShares.Split(RandomNumberGenerator.GetBytes(32), 2, 3), others = RecoveryShares.Split(RandomNumberGenerator.GetBytes(32), 2, 3);
        string[] words = shares[0].Split(' ');
        Assert.Equal(ShareFault.Count, Combine([shares[0]]).Fault);
        Assert.Equal(ShareFault.Count, Combine(shares).Fault);
        Assert.Equal((ShareFault.Twice, 2), Combine([shares[0], shares[0]]));
        Assert.Equal((ShareFault.OtherSet, 2), Combine([shares[0], others[1]]));
        Assert.Equal((ShareFault.Length, 1), Combine(["academic acid"]));
        Assert.Equal((ShareFault.Checksum, 1), Combine([string.Join(' ', [words[1], words[0], .. words[2..]]), shares[1]]));
        Assert.Equal(ShareFault.Word, RecoveryShares.TryCombine([shares[1], string.Join(' ', [.. words[..4], "dsdn", .. words[5..]])], out _, out int at, out int word));
        Assert.Equal((2, 5), (at, word));
        Assert.Equal(ShareFault.Count, Combine([]).Fault);
    }

    [Fact]
    public void EveryChangedWordIsFound()
    {
        IReadOnlyList<string> shares = RecoveryShares.Split(RandomNumberGenerator.GetBytes(32), 2, 3);
        string[] words = shares[0].Split(' ');
        for (int i = 0; i < words.Length; i++)
        {
            string[] changed = [.. words];
            changed[i] = words[i] == "zero" ? "academic" : "zero";
            Assert.Equal(ShareFault.Checksum, Combine([string.Join(' ', changed), shares[1]]).Fault);
        }
    }

    /// <summary>Those that the standard publishes: name, mnemonics, the secret or nothing, an extended key that is not ours to make.</summary>
    [Fact]
    public void Slip39Vectors()
    {
        string? file = Find("slip39-vectors.json");
        if (file is null) Assert.Skip("slip39-vectors.json is not beside the checkout");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        int checkedOnes = 0;
        foreach (JsonElement vector in document.RootElement.EnumerateArray())
        {
            string name = vector[0].GetString() ?? "", expected = vector[2].GetString() ?? "";
            string[] shares = [.. vector[1].EnumerateArray().Select(static one => one.GetString() ?? "")];
            ShareFault fault = RecoveryShares.TryCombine(shares, out byte[] secret, out _, out _, "TREZOR");
            Assert.True(expected.Length == 0 ? fault != ShareFault.None : fault == ShareFault.None && Hex.Encode(secret) == "0x" + expected, $"{name}: {fault}");
            checkedOnes++;
        }
        Assert.True(checkedOnes >= 40);
    }

    private static (ShareFault Fault, int At) Combine(IReadOnlyList<string> shares) => (RecoveryShares.TryCombine(shares, out _, out int at, out _), at);

    private static string? Find(string name)
    {
        List<string> folders = [];
        if (Environment.GetEnvironmentVariable("DSDN_SHARED") is { Length: > 0 } shared) folders.Add(shared);
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent) folders.Add(Path.Combine(at.FullName, "..", "shared"));
        return folders.Select(static folder => Path.Combine(folder, "vectors")).Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories)).FirstOrDefault();
    }
}
