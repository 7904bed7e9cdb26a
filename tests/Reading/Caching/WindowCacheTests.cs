using Dsdn.Chain.Primitives;
using Dsdn.Reading.Caching;
using Dsdn.Reading.Fetching;

namespace Dsdn.Reading.Tests.Caching;

public sealed class WindowCacheTests
{
    [Fact]
    public void TheOneThatWasNotUsedForLongestGoesFirst()
    {
        var cache = new WindowCache(30);
        for (int i = 0; i < 3; i++) cache.Add(Key(i), new byte[10]);
        Assert.NotNull(cache.Find(Key(0)));
        cache.Add(Key(3), new byte[10]);
        Assert.Null(cache.Find(Key(1)));
        Assert.All([0, 2, 3], i => Assert.NotNull(cache.Find(Key(i))));
        Assert.Equal(30, cache.Bytes);
    }

    [Fact]
    public void WhatIsLargerThanAllOfItIsNotKept()
    {
        var cache = new WindowCache(30);
        cache.Add(Key(0), new byte[10]);
        cache.Add(Key(1), new byte[31]);
        Assert.Null(cache.Find(Key(1)));
        Assert.NotNull(cache.Find(Key(0)));
    }

    [Fact]
    public void OneThatIsThereIsNotCountedTwice()
    {
        var cache = new WindowCache(30);
        cache.Add(Key(0), new byte[10]);
        cache.Add(Key(0), new byte[10]);
        Assert.Equal(10, cache.Bytes);
    }

    private static WindowKey Key(int index) => new(Hash256.Zero, index);
}
