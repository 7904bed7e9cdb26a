using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Keys;

/// <summary>
/// Passwords come from <c>--password-file</c>, then DSDN_PASSWORD, then a hidden prompt; never from an argument, which any
/// process on the machine can read. They are shown and logged nowhere.
/// </summary>
internal static class Passwords
{
    public const string Variable = "DSDN_PASSWORD";
    public const int CharsMin = 8;

    private const int FileBytesMax = 4096;

    public static Account Unlock(Invocation run, KeyEntry key, string? passwordFile) => run.Keys.Open(key, Existing(run, key.Name, passwordFile));

    /// <summary>The password a key was encrypted under.</summary>
    public static string Existing(Invocation run, string name, string? passwordFile, string variable = Variable) =>
        Given(run, passwordFile, variable) ?? Prompt(run, run.Texts["text.password", name]);

    /// <summary>A password for a key that is to be encrypted: at least <see cref="CharsMin"/> characters, typed twice.</summary>
    public static string New(Invocation run, string name, string? passwordFile, string variable = Variable)
    {
        string? password = Given(run, passwordFile, variable);
        if (password is null)
        {
            password = Prompt(run, run.Texts["text.newPassword", name]);
            if (Prompt(run, run.Texts["text.repeatPassword"]) != password) throw new DsdnException(ErrorCodes.PasswordMismatch, ErrorClass.Key);
        }
        if (password.Length < CharsMin) throw new DsdnException(ErrorCodes.PasswordShort, ErrorClass.Key, CharsMin.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return password;
    }

    /// <summary>The file's text without the line end an editor puts there.</summary>
    private static string? Given(Invocation run, string? passwordFile, string variable)
    {
        if (passwordFile is not null) return PrivateFile.ReadText(passwordFile, FileBytesMax).TrimEnd('\r', '\n');
        string? value = run.Terminal.Environment(variable);
        return string.IsNullOrEmpty(value) ? null : value;
    }

    private static string Prompt(Invocation run, string question)
    {
        if (!run.Terminal.IsInteractive) throw new DsdnException(ErrorCodes.PasswordMissing, ErrorClass.Key);
        run.Terminal.Error.Write(question + ": ");
        return run.Terminal.ReadSecretLine() ?? throw new DsdnException(ErrorCodes.PasswordMissing, ErrorClass.Key);
    }
}
