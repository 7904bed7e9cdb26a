using System.Text;

namespace Dsdn.Chain.Crypto;

/// <summary>The 32-byte tag in front of a preimage: ASCII <c>DSDN/area/name/version</c> padded with zeros (chain-decisions 2).</summary>
public static class DomainTag
{
    public const int Size = 32;

    private static readonly byte[][] Padded = PadAll();

    /// <summary>32 bytes.</summary>
    public static ReadOnlySpan<byte> Of(HashDomain domain) => Padded[(int)domain];

    /// <summary>The text of the tag, without padding.</summary>
    public static string Text(HashDomain domain) => domain switch
    {
        HashDomain.Vote => "DSDN/consensus/vote/1",
        HashDomain.Proposal => "DSDN/consensus/proposal/1",
        HashDomain.ProposerDraw => "DSDN/consensus/proposer/1",
        HashDomain.ValidatorSet => "DSDN/consensus/validators/1",
        HashDomain.Commit => "DSDN/consensus/commit/1",
        HashDomain.ConsensusHeader => "DSDN/consensus/header/1",
        HashDomain.Evidence => "DSDN/consensus/evidence/1",
        HashDomain.EvidenceItem => "DSDN/consensus/evidence-item/1",
        HashDomain.VrfAlpha => "DSDN/consensus/vrf-alpha/1",
        HashDomain.VrfProof => "DSDN/consensus/vrf-proof/1",
        HashDomain.Beacon => "DSDN/consensus/beacon/1",
        HashDomain.EpochSeed => "DSDN/consensus/epoch-seed/1",
        HashDomain.ProofOfPossession => "DSDN/consensus/pop/1",
        HashDomain.Parts => "DSDN/consensus/parts/1",
        HashDomain.Privval => "DSDN/consensus/privval/1",
        HashDomain.Genesis => "DSDN/chain/genesis/1",
        HashDomain.Params => "DSDN/chain/params/1",
        HashDomain.ModuleRoots => "DSDN/chain/module-roots/1",
        HashDomain.Snapshot => "DSDN/chain/snapshot/1",
        HashDomain.NodeProofOfPossession => "DSDN/nodes/pop/1",
        HashDomain.CommitteeProofOfPossession => "DSDN/committee/pop/1",
        HashDomain.Tls => "DSDN/tls/1",
        HashDomain.PeerHello => "DSDN/peer/hello/1",
        HashDomain.Receipt => "DSDN/log/receipt/1",
        HashDomain.LogEvent => "DSDN/log/event/1",
        _ => throw new ArgumentOutOfRangeException(nameof(domain)),
    };

    private static byte[][] PadAll()
    {
        HashDomain[] domains = Enum.GetValues<HashDomain>();
        byte[][] tags = new byte[domains.Length][];
        foreach (HashDomain domain in domains)
        {
            byte[] tag = new byte[Size];
            Encoding.ASCII.GetBytes(Text(domain), tag);
            tags[(int)domain] = tag;
        }
        return tags;
    }
}
