using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Peers;

namespace Dsdn.Network.Tests;

public sealed class AddressTests
{
    private static readonly string Key = new('a', 64);

    [Theory]
    [InlineData("example.org:45831", "example.org:45831")]
    [InlineData("[::1]:1", "[::1]:1")]
    [InlineData("10.0.0.1:65535", "10.0.0.1:65535")]
    public void AddressIsRead(string text, string expected)
    {
        Assert.True(PeerEndpoint.TryParse(text, out PeerEndpoint? endpoint));
        Assert.Equal(expected, endpoint.ToString());
        Assert.True(PeerEndpoint.TryParse($"0x{Key}@{text}", out endpoint));
        Assert.Equal($"{Key}@{expected}", endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:+1")]
    [InlineData("::1:5")]
    [InlineData("a b:5")]
    [InlineData("-a.org:5")]
    [InlineData("a..org:5")]
    [InlineData("@host:5")]
    [InlineData("0x12@host:5")]
    public void WhatIsNoAddressIsRefused(string text) => Assert.False(PeerEndpoint.TryParse(text, out _));

    [Fact]
    public void BookIsBoundedAndKeepsWhatWorked()
    {
        AddressBook book = new(allowPrivate: false);
        book.Reached(Address(0), 5);
        for (int i = 1; i < 3 * AddressBook.AddressesMax; i++) book.Hear(Address(i));
        Assert.Equal(AddressBook.AddressesMax, book.All().Count);
        Assert.Contains(book.All(), known => known.Address.Id == Address(0).Id);
    }

    [Fact]
    public void HearsayDoesNotChangeAnAddressThatWorked()
    {
        AddressBook book = new(allowPrivate: false);
        book.Reached(Address(1), 5);
        book.Hear(Address(1) with { Host = "6.6.6.6" });
        Assert.Equal(Address(1), Assert.Single(book.All()).Address);
    }

    [Fact]
    public void PrivateAddressesAreNotTakenFromStrangers()
    {
        AddressBook book = new(allowPrivate: false);
        foreach (string host in (string[])["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "localhost"])
            book.Hear(Address(1) with { Host = host });
        Assert.Empty(book.All());
    }

    [Fact]
    public void AddressThatNeverAnswersIsForgotten()
    {
        AddressBook book = new(allowPrivate: false);
        book.Hear(Address(1));
        book.Reached(Address(2), 1);
        for (int i = 0; i < 20; i++)
        {
            book.Failed(Address(1).Id);
            book.Failed(Address(2).Id);
        }
        Assert.Equal(Address(2).Id, Assert.Single(book.All()).Address.Id);
    }

    [Fact]
    public void BansAreBoundedAndOnlyGrow()
    {
        BanList bans = new();
        bans.Add(new PeerBan(Address(1).Id, 100, "first"));
        bans.Add(new PeerBan(Address(1).Id, 50, "shorter"));
        Assert.Equal("first", bans.Find(Address(1).Id, 99)?.Reason);
        Assert.Null(bans.Find(Address(1).Id, 100));
        for (int i = 0; i < BanList.BansMax + 100; i++) bans.Add(new PeerBan(Address(i).Id, 1_000 + (ulong)i, "x"));
        Assert.Equal(BanList.BansMax, bans.All(0).Count);
        Assert.Null(bans.Find(Address(0).Id, 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"addresses\":[{}],\"bans\":[]}")]
    [InlineData("{\"addresses\":[],\"bans\":[{\"id\":\"0x12\",\"untilMs\":1,\"reason\":\"\"}]}")]
    [InlineData("{\"addresses\":1,\"bans\":2}")]
    public void DamagedFileIsPutAside(string text)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("dsdn-net-").FullName, "peers.json");
        File.WriteAllText(path, text);
        AddressFile file = new(path, new AddressBook(true), new BanList());
        Assert.NotNull(file.Load(0));
        Assert.True(File.Exists(path + ".bad"));
        Assert.Null(file.Load(0));
    }

    [Fact]
    public void FileGivesBackWhatWasSaved()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("dsdn-net-").FullName, "peers.json");
        AddressBook book = new(true);
        BanList bans = new();
        book.Reached(Address(1), 77);
        bans.Add(new PeerBan(Address(2).Id, 500, "why \"so\""));
        new AddressFile(path, book, bans).Save(10);
        AddressBook read = new(true);
        BanList readBans = new();
        Assert.Null(new AddressFile(path, read, readBans).Load(10));
        Assert.Equal(book.All(), read.All());
        Assert.Equal(bans.All(10), readBans.All(10));
    }

    private static PeerAddress Address(int i)
    {
        byte[] key = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(28), i);
        return new PeerAddress(new PeerId(new Hash256(key)), $"8.8.{i / 250 % 250}.{i % 250}", 45_831);
    }
}
