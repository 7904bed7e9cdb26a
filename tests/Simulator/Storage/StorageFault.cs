namespace Dsdn.Simulator.Storage;

/// <summary>What is done to a network that stores.</summary>
internal enum StorageFault
{
    /// <summary>A process dies and comes back before it is called down.</summary>
    Restart,

    /// <summary>Dies and comes back before it is called down, again and again.</summary>
    Flap,

    /// <summary>Away for longer than it takes to be called down.</summary>
    Absence,

    ZoneLoss,

    /// <summary>A zone that runs, and hears and reaches nobody outside.</summary>
    ZoneCut,

    DiskLoss,

    NodeLoss,

    BitRot,

    SlowDisk,

    FullDisk,

    SlowLink,

    /// <summary>Half of what a node sends and is sent is lost.</summary>
    LossyLink,

    /// <summary>A node answers and hears nothing of the log.</summary>
    Lag,

    Quarantine,

    Leaving,

    CoordinatorRestart,
}
