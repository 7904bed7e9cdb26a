using System.Text.Json;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Shares;

public sealed class LayoutVectorTests
{
    private static JsonElement Rules => Vectors.Json("layout_rules.json");

    [Fact]
    public void MountainSizes()
    {
        foreach (JsonElement rule in Rules.Each("merkle_mountain_range_sizes"))
            Assert.Equal(rule.Each("expected").Select(size => size.GetInt32()), SubtreeWidth.Mountains(rule.Int("total_size"), rule.Int("max_tree_size")));
    }

    [Fact]
    public void SubtreeWidths()
    {
        foreach (JsonElement rule in Rules.Each("subtree_width_threshold_64")) Assert.Equal(rule.Int("expected"), SubtreeWidth.Of(rule.Int("share_count")));
    }

    [Fact]
    public void PlacesOfBlobsBehindACursor()
    {
        foreach (JsonElement rule in Rules.Each("blob_shares_used"))
        {
            int cursor = rule.Int("cursor"), begun = cursor;
            List<int> places = [];
            foreach (JsonElement length in rule.Each("blob_lens"))
            {
                places.Add(SubtreeWidth.NextStart(cursor, length.GetInt32()));
                cursor = places[^1] + length.GetInt32();
            }
            Assert.Equal(rule.Each("expected_indexes").Select(place => place.GetInt32()), places);
            Assert.Equal(rule.Int("expected_total"), cursor - begun);
        }
    }

    [Fact]
    public void SharesOfABlob()
    {
        foreach (JsonElement rule in Rules.Each("sparse_shares_needed"))
            Assert.Equal(rule.Int("expected"), ShareFormat.SharesNeeded(rule.Int("data_len"), (byte)rule.Int("share_version")));
    }

    [Fact]
    public void FirstShares()
    {
        foreach (JsonElement rule in Rules.Each("first_share_examples"))
        {
            byte[] signer = rule.TryGetProperty("signer", out JsonElement text) ? text.GetBytesFromBase64() : [];
            Blob blob = Sample.Blob(new Namespace(rule.Base64("namespace")), rule.Base64("data"), (byte)rule.Int("share_version"), signer);
            Assert.Equal(rule.Base64("share"), BlobWriter.Write(blob));
        }
    }

    [Theory]
    [InlineData("tail", 0)]
    [InlineData("primary_reserved", 0)]
    [InlineData("namespace_v0", 0)]
    [InlineData("namespace_v1", 1)]
    public void SharesOfPadding(string kind, byte version)
    {
        byte[] expected = Rules.GetProperty("padding_shares").Base64(kind), share = new byte[ShareFormat.Bytes];
        Namespace name = kind switch { "tail" => Namespace.TailPadding, "primary_reserved" => Namespace.ReservedPadding, _ => new Namespace(expected.AsSpan(0, Namespace.Size)) };
        ShareFormat.WritePadding(name, version, share);
        Assert.Equal(expected, share);
    }
}
