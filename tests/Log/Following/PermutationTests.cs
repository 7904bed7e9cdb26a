using System.Globalization;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Following;

/// <summary>Any delivery of the same batches gives one state. With DSDN_LONG=1 a thousand of them.</summary>
public sealed class PermutationTests
{
    [Fact]
    public void ShufflingDoublingDelayAndTiersGiveOneRoot()
    {
        int seeds = Environment.GetEnvironmentVariable("DSDN_LONG") == "1" ? 1_000 : 20;
        CultureInfo culture = CultureInfo.CurrentCulture, strange = StrangeCulture.Make();
        SampleLog log = new SampleScript(1).Run(40).Log;
        try
        {
            for (int seed = 1; seed <= seeds; seed++)
            {
                if (seed % 100 == 0) log = new SampleScript(seed).Run(40).Log;
                CultureInfo.CurrentCulture = seed % 2 == 0 ? strange : CultureInfo.InvariantCulture;
                Assert.Null(Permutation.Run(log, seed));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
