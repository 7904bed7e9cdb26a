using System.Text.Json;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;

namespace Dsdn.Celestia.Tests;

/// <summary>Blobs and squares that tests begin with.</summary>
internal static class Sample
{
    public static Namespace User(params byte[] id)
    {
        Assert.True(Namespace.TryUser(id, out Namespace name).IsValid);
        return name;
    }

    public static byte[] Bytes(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Blob Blob(Namespace name, byte[] data, byte version = ShareFormat.Version0, byte[]? signer = null)
    {
        DaVerdict verdict = Dsdn.Celestia.Shares.Blob.TryCreate(name, data, version, signer, out Blob? blob);
        Assert.True(verdict.IsValid, verdict.Detail);
        return blob!;
    }

    /// <summary>The square of an ordinary transaction and one that pays for these blobs.</summary>
    public static (SquareProver Prover, BuiltSquare Built) Square(params Blob[] blobs)
    {
        SquareBuilder builder = new(128);
        Assert.True(builder.TryAdd(Bytes(300, 9)));
        Assert.True(builder.TryAdd(new BlobTransaction(Bytes(200, 8), blobs)));
        BuiltSquare built = builder.Build();
        AssertValid(SquareProver.TryCreate(ExtendedSquare.Extend(built.Square), out SquareProver? prover));
        return (prover!, built);
    }

    public static byte[] Base64(this JsonElement element, string name) => element.GetProperty(name).GetBytesFromBase64();

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static int Int(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    public static IEnumerable<JsonElement> Each(this JsonElement element, string name) => element.GetProperty(name).EnumerateArray();

    public static byte[] Joined(this JsonElement element, string name) => [.. element.Each(name).SelectMany(item => item.GetBytesFromBase64())];

    public static void AssertValid(DaVerdict verdict) => Assert.True(verdict.IsValid, $"{verdict.Code} {verdict.Detail}");
}
