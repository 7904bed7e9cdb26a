using System.Net;
using Dsdn.Ingress.Http;

namespace Dsdn.Ingress.Tests.Http;

public sealed class AddressRatesTests
{
    [Fact]
    public void EachAddressHasItsOwnAndOneHostsAddressesOfIpv6Count()
    {
        var rates = new AddressRates(2, new StillClock());
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(_ => rates.Take(IPAddress.Parse("10.0.0.1")) == TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("10.0.0.2")));
        Assert.Equal([true, true, true, true, false], Enumerable.Range(1, 5).Select(i => rates.Take(IPAddress.Parse($"2001:db8::{i}")) == TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.False(rates.Take(IPAddress.Parse("::ffff:10.0.0.1")) == TimeSpan.Zero);
    }

    [Fact]
    public void WhatIsRefusedCostsNothing()
    {
        var clock = new StillClock();
        var rates = new AddressRates(2, clock);
        for (int i = 0; i < 1_000; i++) rates.Take(IPAddress.Loopback);
        clock.Seconds = 1;
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Loopback));
    }

    private sealed class StillClock : TimeProvider
    {
        public int Seconds { get; set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => 1_000L * Seconds;
    }
}
