namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// For a core that is fed its record again after a restart: what it asked for and the record does not answer, in the order of asking.
/// </summary>
public sealed class OpenRequests
{
    private readonly List<CoreEffect> _open = [];

    public IReadOnlyList<CoreEffect> Left => _open;

    public void Add(IReadOnlyList<CoreEffect> effects) => _open.AddRange(effects);

    public void Answer(CoreInput input) => _open.RemoveAll(effect => (effect, input) switch
    {
        (CoreEffect.Build build, CoreInput.ValueBuilt built) => build.Height == built.Height && build.Round == built.Round,
        (CoreEffect.SignProposal sign, CoreInput.ProposalSigned signed) => IsSame(sign.Unsigned, signed.Unsigned),
        (CoreEffect.SignVote sign, CoreInput.VoteSigned signed) => IsSame(sign.Unsigned, signed.Unsigned),
        (CoreEffect.SetTimer timer, CoreInput.TimerFired fired) => timer.Timer == fired.Timer,
        _ => false,
    });

    private static bool IsSame(Proposal left, Proposal right) => left.Height == right.Height && left.Round == right.Round;

    private static bool IsSame(Vote left, Vote right) => left.Height == right.Height && left.Round == right.Round && left.Kind == right.Kind;
}
