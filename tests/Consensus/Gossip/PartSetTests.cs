using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

public sealed class PartSetTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(PeerLimits.PartBytes, 1)]
    [InlineData(PeerLimits.PartBytes + 1, 2)]
    [InlineData((5 * PeerLimits.PartBytes) - 1, 5)]
    [InlineData(PeerLimits.ValueBytesMax, 80)]
    public void PartsInAnyOrderMakeTheValue(int length, int count)
    {
        PartSet value = PartSet.Create(Value(length));
        Assert.Equal(count, value.Count);
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(length).Shuffle(order);
        var assembler = new PartAssembler(value.Root);
        foreach (int index in order)
        {
            Assert.False(assembler.IsComplete);
            Assert.Equal(PartResult.Added, assembler.Add(Message(value, index)));
            Assert.Equal(PartResult.Duplicate, assembler.Add(Message(value, index)));
            Assert.True(assembler.Part(index) is { } held && held.Bytes.Span.SequenceEqual(value.Part(index).Bytes.Span));
        }
        Assert.Equal(value.Bytes.ToArray(), assembler.Value?.Bytes.ToArray());
        Assert.Equal(value.Part(count - 1).Proof, assembler.Value?.Part(count - 1).Proof);
    }

    /// <summary>The longest proof and the longest part of the longest value pass the codec's limits.</summary>
    [Fact]
    public void EveryPartOfTheLongestValueIsAMessage()
    {
        PartSet value = PartSet.Create(Value(PeerLimits.ValueBytesMax));
        Assert.Equal(PeerLimits.PartProofHashesMax, Enumerable.Range(0, value.Count).Max(i => value.Part(i).Proof.Count));
        Assert.All(Enumerable.Range(0, value.Count), i => Assert.True(PeerMessageCodec.TryDecode(PeerMessageCodec.Encode(Message(value, i)), PeerLane.Bulk, out _, out _)));
    }

    [Fact]
    public void ValuesOutsideTheLimitsHaveNoParts()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PartSet.Create(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartSet.Create(new byte[PeerLimits.ValueBytesMax + 1]));
    }

    /// <summary>CometBFT bounded part indexes after an advisory: an index at or beyond the count never reaches an array.</summary>
    [Theory]
    [InlineData(2u)]
    [InlineData(79u)]
    [InlineData(int.MaxValue)]
    [InlineData(uint.MaxValue)]
    public void AnIndexOutOfBoundsIsRefused(uint index)
    {
        PartSet value = PartSet.Create(Value(PeerLimits.PartBytes + 1));
        var assembler = new PartAssembler(value.Root);
        Assert.Equal(PartResult.Bad, assembler.Add(Message(value, 1) with { Index = index }));
        Assert.Equal(PartResult.Added, assembler.Add(Message(value, 1)));
        Assert.Equal(PartResult.Bad, assembler.Add(Message(value, 1) with { Index = index }));
        Assert.Equal(1, assembler.Held);
    }

    [Fact]
    public void WhatDoesNotFitTheRootIsRefusedAndNothingIsKeptForIt()
    {
        PartSet value = PartSet.Create(Value((3 * PeerLimits.PartBytes) + 5));
        var assembler = new PartAssembler(value.Root);
        PeerMessage.Part good = Message(value, 2), last = Message(value, 3);
        byte[] flipped = good.Bytes.ToArray();
        flipped[77] ^= 1;
        PeerMessage.Part[] bad =
        [
            good with { Bytes = flipped },
            good with { Index = 1 },
            good with { Proof = [.. good.Proof.Reverse()] },
            good with { Proof = [.. good.Proof, HashOf(1)] },
            good with { Proof = [] },
            good with { Bytes = good.Bytes[..^1] },
            good with { ValueBytes = good.ValueBytes + 1 }, // the root binds the length
            good with { ValueBytes = PeerLimits.ValueBytesMax },
            good with { ValueBytes = 0 },
            good with { ValueBytes = uint.MaxValue },
            last with { ValueBytes = last.ValueBytes - 1, Bytes = last.Bytes[..^1] },
        ];
        Assert.All(bad, part => Assert.Equal(PartResult.Bad, assembler.Add(part)));
        Assert.Equal((0, 0, 0), (assembler.Count, assembler.Held, assembler.ValueBytes));
        Assert.Equal(PartResult.OtherValue, assembler.Add(good with { PartsRoot = HashOf(9) }));
        Assert.Null(assembler.Part(2));
    }

    /// <summary>The same bytes under another length have another root, so a sender cannot stretch a value.</summary>
    [Fact]
    public void TheRootBindsBytesAndLength()
    {
        byte[] bytes = Value(200_000);
        Hash256 root = PartSet.Create(bytes).Root;
        Assert.Equal(root, PartSet.Create(bytes).Root);
        Assert.NotEqual(root, PartSet.Create(bytes.AsMemory(0, bytes.Length - 1)).Root);
        Assert.NotEqual(root, PartSet.Create((byte[])[.. bytes, 0]).Root);
    }

    /// <summary>RFC 6962, 2.1.1: every proof of every tree size leads to the root, from no other place.</summary>
    [Fact]
    public void ProofsLeadToTheRootFromTheirPlaceOnly()
    {
        for (int count = 1; count <= 33; count++)
        {
            Hash256[] leaves = [.. Enumerable.Range(0, count).Select(HashOf)];
            Hash256 root = MerkleTree.Root(leaves);
            for (int index = 0; index < count; index++)
            {
                Hash256[] proof = MerkleTree.Proof(leaves, index);
                for (int place = -1; place <= count; place++)
                {
                    bool leads = MerkleTree.TryRoot(leaves[index], place, count, proof, out Hash256 reached) && reached == root;
                    Assert.Equal(place == index, leads);
                }
                Assert.False(MerkleTree.TryRoot(leaves[index], index, count, [.. proof, HashOf(1)], out _));
            }
        }
    }

    private static PeerMessage.Part Message(PartSet value, int index)
    {
        ValuePart part = value.Part(index);
        return new PeerMessage.Part(1, value.Root, (uint)value.Bytes.Length, (uint)index, part.Bytes, part.Proof);
    }
}
