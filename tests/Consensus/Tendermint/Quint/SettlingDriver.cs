using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>
/// The driver as the core uses it, every rule at once, beside one height of a node. Compared where nothing of the model is
/// pending, as long as the model took no other order than this driver may take.
/// </summary>
internal sealed class SettlingDriver
{
    private readonly Driver _driver;
    private readonly NodeInputs _inputs;
    private readonly List<RoundOutput> _own = [], _models = [];
    private bool _hasOtherOrder;

    public SettlingDriver(ulong height, VoterNames names, Func<int, bool> isProposer)
    {
        _driver = new Driver(height, new VoteKeeper(names.Powers), isProposer);
        _inputs = new NodeInputs(height, names, _driver);
    }

    /// <summary>From here to the end of the height the two may differ: a rule that both allow was left out, or overtaken by a message.</summary>
    public void AllowOtherOrder() => _hasOtherOrder = true;

    /// <summary>True: compared.</summary>
    public bool Step(string where, JsonElement action, RoundState expected, RoundOutput output, bool isSettled)
    {
        _inputs.Feed(action.GetProperty("input"));
        _driver.Settle();
        _own.AddRange(_driver.Take().Select(Itf.WithoutPolRound));
        if (output is not (RoundOutput.Nothing or RoundOutput.Refused)) _models.Add(output);
        if (_hasOtherOrder || !isSettled) return false;
        Assert.Equal((where, expected), (where, _driver.State));
        Assert.Equal((where, Text(Messages(_models))), (where, Text(Messages(_own))));
        foreach (RoundOutput timeout in _models.OfType<RoundOutput.StartTimeout>().Where(timeout => timeout.Kind != CoreTimerKind.Prevote || IsPrevoteOf(timeout.Round)))
            Assert.True(_own.Contains(timeout), $"{where}: no {timeout}");
        return true;
    }

    /// <summary>Deviation 7: beside line 36 the model starts a prevote timeout whose step is over.</summary>
    private bool IsPrevoteOf(int round) => _driver.State.Round == round && _driver.State.Step == CoreStep.Prevote;

    private static IEnumerable<RoundOutput> Messages(IEnumerable<RoundOutput> outputs) => outputs.Where(output => output is not RoundOutput.StartTimeout);

    private static string Text(IEnumerable<RoundOutput> outputs) => string.Join('\n', outputs);
}
