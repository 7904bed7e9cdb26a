using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Sending;

/// <summary>Asks before something is signed; silence is not consent.</summary>
internal static class Confirmation
{
    public static void Ask(Invocation run, bool yes, Action show)
    {
        if (yes) return;
        if (!run.Terminal.IsInteractive) throw new DsdnException(ErrorCodes.ConfirmationNeeded, ErrorClass.Usage);
        show();
        run.Terminal.Error.Write(run.Texts["text.confirm"] + " ");
        string answer = run.Terminal.In.ReadLine()?.Trim().ToLowerInvariant() ?? "";
        if (answer is not ("y" or "yes" or "ya")) throw new DsdnException(ErrorCodes.Declined, ErrorClass.Rejected);
    }
}
