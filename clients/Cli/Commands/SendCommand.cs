using System.CommandLine;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Sending;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn send TO AMOUNT</c>: a native transfer.</summary>
internal static class SendCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> to = context.Argument("to");
        Argument<string> amount = context.Argument("amount");
        var options = new SendOptions(context);
        return context.Leaf("send", (run, cancel) =>
        {
            Amount value = run.Amount(amount);
            Address receiver = run.Address(run.Value(to) ?? "");
            return Sender.SendAsync(run, options, new Intent(receiver, value, ReadOnlyMemory<byte>.Empty, run.Texts["intent.transfer"]), cancel);
        }, [to, amount, .. options.All]);
    }
}
