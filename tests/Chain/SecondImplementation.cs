using System.ComponentModel;
using System.Diagnostics;

namespace Dsdn.Chain.Tests;

/// <summary>Runs a second implementation in Python.</summary>
public static class SecondImplementation
{
    /// <summary>What the script prints. Skips the test where there is no Python.</summary>
    public static string Run(string script)
    {
        ProcessStartInfo start = new("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-B"); // writes no caches beside the sources
        start.ArgumentList.Add(script);
        try
        {
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("no process");
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors.Result);
            return output;
        }
        catch (Win32Exception)
        {
            Assert.Skip("python3 is not on this machine");
            return "";
        }
    }
}
