namespace Dsdn.Chain.LightClient;

/// <summary>Why a light block is not accepted.</summary>
public enum LightFault : byte
{
    None = 0,

    /// <summary>DSDN-E-LIGHT-MALFORMED: headers, sets and certificate do not belong together, or are of another chain.</summary>
    Malformed = 1,

    /// <summary>DSDN-E-LIGHT-CERTIFICATE: not more than two thirds of its own set signed it.</summary>
    Certificate = 2,

    /// <summary>DSDN-E-LIGHT-ORDER: not later than the trusted block in height and time.</summary>
    Order = 3,

    /// <summary>DSDN-E-LIGHT-FUTURE: its time is ahead of the clock by more than the allowed drift.</summary>
    Future = 4,

    /// <summary>DSDN-E-LIGHT-EXPIRED: the trusted block is older than the trust period, so its validators may have nothing left at stake.</summary>
    Expired = 5,

    /// <summary>DSDN-E-LIGHT-VALIDATORS: the next block is not by the set that the trusted block names.</summary>
    Validators = 6,

    /// <summary>DSDN-E-LIGHT-TRUST: at most a third of the trusted power signed: a block in between is needed.</summary>
    NotEnoughTrust = 7,

    /// <summary>DSDN-E-LIGHT-HASH: not the block that the user trusts.</summary>
    WrongHash = 8,

    /// <summary>DSDN-E-LIGHT-UNAVAILABLE: nobody sent it.</summary>
    Unavailable = 9,
}

/// <param name="Detail">For people, in English; empty where nothing is wrong.</param>
public readonly record struct LightVerdict(LightFault Fault, string Detail)
{
    public static readonly LightVerdict Valid = new(LightFault.None, "");

    public bool IsValid => Fault == LightFault.None;

    /// <summary>Stable.</summary>
    public string Code => Fault switch
    {
        LightFault.None => "",
        LightFault.Malformed => "DSDN-E-LIGHT-MALFORMED",
        LightFault.Certificate => "DSDN-E-LIGHT-CERTIFICATE",
        LightFault.Order => "DSDN-E-LIGHT-ORDER",
        LightFault.Future => "DSDN-E-LIGHT-FUTURE",
        LightFault.Expired => "DSDN-E-LIGHT-EXPIRED",
        LightFault.Validators => "DSDN-E-LIGHT-VALIDATORS",
        LightFault.NotEnoughTrust => "DSDN-E-LIGHT-TRUST",
        LightFault.WrongHash => "DSDN-E-LIGHT-HASH",
        _ => "DSDN-E-LIGHT-UNAVAILABLE",
    };
}
