using System.Diagnostics;

namespace Dsdn.Chain.Tests;

/// <summary>Runs tests of this program again in a process that must do without instructions this processor has.</summary>
public static class OtherProcessor
{
    /// <summary>Runtime settings that take instructions away.</summary>
    public static TheoryData<string> Without => ["DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"];

    /// <param name="classes">Full names; none of them may call this.</param>
    public static void AssertPasses(string setting, params string[] classes)
    {
        ProcessStartInfo start = new(Environment.ProcessPath ?? throw new InvalidOperationException("the tests are no program")) { RedirectStandardOutput = true };
        start.ArgumentList.Add("-noColor");
        foreach (string name in classes)
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add(name);
        }
        start.Environment[setting] = "0";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("the tests did not start");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && output.Contains("Failed: 0", StringComparison.Ordinal) && !output.Contains("Total: 0", StringComparison.Ordinal), output);
    }
}
