using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Codecs;

public class RlpVectorTests
{
    [Fact]
    public void VectorEthereumRlpTestEncodesAndDecodes()
    {
        foreach (JsonProperty test in Cases("rlptest.json"))
        {
            byte[] expected = Hex.Decode(test.Value.GetProperty("out").GetString()!);
            RlpWriter writer = new([]);
            WriteNode(ref writer, test.Value.GetProperty("in"));
            Assert.Equal(expected, writer.ToArray());
            writer.Dispose();
            Assert.Equal(RlpError.None, RlpValidator.Check(expected));
            Assert.Equal(expected, RlpTree.Encode(RlpTree.Decode(expected)!));
        }
    }

    [Fact]
    public void VectorInvalidRlpIsAllRejected()
    {
        int seen = 0;
        foreach (JsonProperty test in Cases("invalidRLPTest.json"))
        {
            Assert.Equal("INVALID", test.Value.GetProperty("in").GetString());
            string text = test.Value.GetProperty("out").GetString()!;
            byte[] input = Convert.FromHexString(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text);
            Assert.True(RlpValidator.Check(input) != RlpError.None, test.Name);
            seen++;
        }
        Assert.True(seen > 10);
    }

    [Fact]
    public void VectorEthersRlpEncodesAndDecodes()
    {
        int seen = 0;
        foreach (JsonElement test in Vectors.Json("ethers-rlp.json").GetProperty("tests").EnumerateArray())
        {
            byte[] expected = Hex.Decode(test.GetProperty("encoded").GetString()!);
            RlpWriter writer = new([]);
            WriteHexNode(ref writer, test.GetProperty("decoded"));
            Assert.Equal(expected, writer.ToArray());
            writer.Dispose();
            Assert.Equal(expected, RlpTree.Encode(RlpTree.Decode(expected)!));
            seen++;
        }
        Assert.True(seen > 10);
    }

    private static IEnumerable<JsonProperty> Cases(string name)
    {
        JsonElement root = Vectors.Json(name);
        if (root.TryGetProperty("tests", out JsonElement tests)) root = tests;
        return root.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object && p.Value.TryGetProperty("out", out _));
    }

    /// <summary>Text is bytes, #digits a big number, a number an integer, an array a list.</summary>
    private static void WriteNode(ref RlpWriter writer, JsonElement node)
    {
        switch (node.ValueKind)
        {
            case JsonValueKind.Array:
                int mark = writer.BeginList();
                foreach (JsonElement item in node.EnumerateArray()) WriteNode(ref writer, item);
                writer.EndList(mark);
                break;
            case JsonValueKind.Number:
                writer.Write(node.GetUInt64());
                break;
            default:
                string text = node.GetString()!;
                if (text.StartsWith('#')) WriteBig(ref writer, BigInteger.Parse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture));
                else writer.Write(Encoding.UTF8.GetBytes(text));
                break;
        }
    }

    private static void WriteBig(ref RlpWriter writer, BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length <= 32) writer.Write(Uint256.FromBigInteger(value));
        else writer.Write(bytes);
    }

    private static void WriteHexNode(ref RlpWriter writer, JsonElement node)
    {
        if (node.ValueKind == JsonValueKind.String)
        {
            writer.Write(Hex.Decode(node.GetString()!));
            return;
        }
        int mark = writer.BeginList();
        foreach (JsonElement item in node.EnumerateArray()) WriteHexNode(ref writer, item);
        writer.EndList(mark);
    }
}
