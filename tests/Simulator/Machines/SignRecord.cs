using Dsdn.Consensus.Signing;

namespace Dsdn.Simulator.Machines;

/// <summary>A message that a key is asked to sign.</summary>
internal sealed record SignRequest(ulong Height, uint Round, SignStep Step, byte[] Message);

/// <summary>
/// The signer's own durable record, of two slots written in turn: a crash in the middle of a write leaves the older one.
/// It lies apart from the data folder: restoring an older chain does not bring an older record back.
/// </summary>
internal sealed class SignRecord
{
    /// <summary>What a process that opens the record finds.</summary>
    public LastSign Last { get; private set; } = LastSign.None;

    /// <summary>The record was lost: no process has found out yet how far the network is.</summary>
    public bool IsLost { get; set; }

    /// <summary>Another machine was seen to use the key; nothing is signed any more.</summary>
    public bool IsStopped { get; set; }

    public int Syncs { get; private set; }

    public void Store(LastSign record)
    {
        Last = record;
        Syncs++;
    }

    public void Lose() => (Last, IsLost) = (LastSign.None, true);
}
