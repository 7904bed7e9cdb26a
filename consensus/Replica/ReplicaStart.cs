using Dsdn.Chain.Blocks;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>
/// Starting again in the middle of a height: the recorded inputs go through a fresh core, which therefore stands where the old
/// one stood. What it asked for then and got is in the record too, so nothing is built or signed a second time; what it
/// asked for and did not get is asked for again.
/// </summary>
public sealed partial class ReplicaCore
{
    private bool _isReplaying;

    private void Start(ReplicaInput.Started started)
    {
        _nowMs = started.NowMs;
        _head = started.Head;
        _core = newCore?.Invoke() ?? new TendermintCore(scheme, options.Core);
        _relay = new TransactionRelay(_head.Self, RelayOptions.Default);
        _gossip = new GossipCore(selfPeer, _head.Self, options.Gossip);
        _evidence.Step(new EvidenceInput.Waiting(_head.Evidence));
        (_workWaits, _firstRound) = (started.WorkWaits, started.FirstRound);
        Tell(_ownKey.SeeCertificate(_head));
        WalRecord[] records = [.. started.Wal.Where(record => record.Height == Height)];
        if (records.Length > 0 && records[0] is WalRecord.HeightStarted first) Replay(first, records.AsSpan(1));
        Carry(_sync.Step(new SyncInput.Began(_head.Height, _head.Hash, _head.Validators, _nowMs)));
    }

    private void Replay(WalRecord.HeightStarted first, ReadOnlySpan<WalRecord> records)
    {
        _coreHeight = Height;
        _votes.Begin(_head.Validators);
        _ownKey.Begin(_head);
        Carry(_gossip.Step(new GossipInput.HeightStarted(Height, _head.Validators, _nowMs)));
        var open = new OpenRequests();
        open.Add(_core.Step(HeightStarted(first.FirstRound, first.WorkWaits, first.NowMs)));
        _isReplaying = true;
        foreach (WalRecord record in records)
        {
            switch (record)
            {
                case WalRecord.Value value:
                    if (BlockCodec.TryDecode(value.Bytes, PeerLimits.ValueBytesMax, out Block? block)) _values.Add(block, PartSet.Create(value.Bytes));
                    break;
                case WalRecord.Input input:
                    _ownKey.Made(input.Item);
                    open.Answer(input.Item);
                    open.Add(_core.Step(input.Item));
                    break;
                default:
                    break; // a second start of the height is none
            }
        }
        // Still replaying: what is carried out now is recorded already, up to the first new input.
        IReadOnlyList<CoreEffect> left = open.Left;
        _isReplaying = false;
        Carry(left);
    }
}
