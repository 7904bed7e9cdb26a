using System.Diagnostics;
using System.Globalization;

namespace Dsdn.Simulator.Wan;

/// <summary>Prints the figures of a wide-area network, a JSON line each, with how they grow from the smallest.</summary>
internal static class WanRun
{
    private static readonly int[] Sizes = [4, 16, 50, 100, 150];
    private static readonly int[] BlockBytes = [0, 200_000];

    public static int Run(Options options)
    {
        int[] sizes = options.Validators is { } only ? [only] : Sizes;
        foreach (int bytes in BlockBytes)
        {
            WanFigures? smallest = null;
            foreach (int validators in sizes)
            {
                var clock = Stopwatch.StartNew();
                WanFigures figures = new WanNetwork(validators, bytes).Run(options.Heights);
                smallest ??= figures;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{{\"name\":\"wan\",\"validators\":{validators},\"blockBytes\":{bytes},\"heights\":{options.Heights},\"decideP50Ms\":{figures.DecideP50Ms:F0},\"decideP99Ms\":{figures.DecideP99Ms:F0},\"messagesPerHeightPerNode\":{figures.MessagesPerHeightPerNode:F0},\"bytesPerHeightPerNode\":{figures.BytesPerHeightPerNode:F0},\"messagesGrowth\":{figures.MessagesPerHeightPerNode / smallest.MessagesPerHeightPerNode:F1},\"bytesGrowth\":{figures.BytesPerHeightPerNode / smallest.BytesPerHeightPerNode:F1},\"roundsBeyondFirst\":{figures.RoundsBeyondFirst},\"virtualSeconds\":{figures.VirtualSeconds:F0},\"seconds\":{clock.Elapsed.TotalSeconds:F1},\"memoised\":\"signatures, execution\"}}"));
            }
        }
        return 0;
    }
}
