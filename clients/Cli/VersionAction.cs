using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Dsdn.Cli.Display;

namespace Dsdn.Cli;

/// <summary><c>dsdn --version</c>.</summary>
internal sealed class VersionAction(CommandContext context) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static string Version =>
        typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.GetValue(context.Globals.Json)) ReportWriter.WriteJson(new Report().Add("version", Version), context.Terminal.Out);
        else context.Terminal.Out.WriteLine($"dsdn {Version}");
        return 0;
    }
}
