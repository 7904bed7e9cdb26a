using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Celestia.Erasure;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Erasure;

public sealed class LeopardVectorTests
{
    [Fact]
    public void ParityOfEveryWidth()
    {
        const int Shard = 64;
        foreach (JsonElement vector in Vectors.Json("leopard_derived.json").Each("vectors"))
        {
            int k = vector.Int("k");
            byte[] data = [.. Enumerable.Range(0, k * Shard).Select(i => (byte)((i / Shard * 97) + (i % Shard * 13) + (i / Shard * (i % Shard)) + 5))];
            byte[] parity = new byte[data.Length];
            LeopardCode.Encode(data, parity, Shard);
            Assert.Equal(vector.Base64("parity_first"), parity[..Shard]);
            Assert.Equal(vector.Base64("parity_last"), parity[^Shard..]);
            Assert.Equal(vector.GetProperty("parity_sha256")[0].GetString(), Convert.ToHexStringLower(SHA256.HashData(parity)));
        }
    }
}
