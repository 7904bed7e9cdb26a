using Dsdn.Node.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Dsdn.Node.Observability;

/// <summary>Structured logs on standard error; standard output belongs to the ready line.</summary>
public static class LogSetup
{
    public static ILoggerFactory Create(NodeOptions options) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(options.LogLevel switch
        {
            LogLevelName.Debug => LogLevel.Debug,
            LogLevelName.Warning => LogLevel.Warning,
            LogLevelName.Error => LogLevel.Error,
            _ => LogLevel.Information,
        });
        builder.AddFilter("Microsoft", LogLevel.Warning);
        if (options.LogFormat == LogFormat.Json)
        {
            builder.AddJsonConsole(console =>
            {
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                console.UseUtcTimestamp = true;
            });
        }
        else
        {
            builder.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }
        builder.Services.Configure((ConsoleLoggerOptions console) => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });

    private static void Configure(this Microsoft.Extensions.DependencyInjection.IServiceCollection services, Action<ConsoleLoggerOptions> configure) =>
        Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure(services, configure);
}
