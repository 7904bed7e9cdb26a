using System.Text;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Keys;

/// <summary>
/// Reads a secret to import from a file, standard input or a hidden prompt, and tells by its form what it is: a keystore v3
/// (JSON), a private key (64 hexadecimal digits) or a BIP-39 mnemonic.
/// </summary>
internal static class SecretImport
{
    private const int SecretCharsMax = 64 * 1024;

    public static Account Read(Invocation run, string? file, uint index, string? keystorePasswordFile)
    {
        string text = Secret(run, file).Trim();
        if (text.StartsWith('{')) return Account.FromKeystore(text, Passwords.Existing(run, run.Texts["text.keystore"], keystorePasswordFile));
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (digits.Length == 64 && digits.All(char.IsAsciiHexDigit)) return Account.FromPrivateKey("0x" + digits);
        using Wallet wallet = Wallet.FromMnemonic(text);
        return wallet.Account(index);
    }

    private static string Secret(Invocation run, string? file)
    {
        if (file is not null and not "-") return PrivateFile.ReadText(file, SecretCharsMax);
        if (file is null && run.Terminal.IsInteractive)
        {
            run.Terminal.Error.Write(run.Texts["text.secret"] + ": ");
            return run.Terminal.ReadSecretLine() ?? throw new DsdnException(ErrorCodes.KeyMalformed, ErrorClass.Key);
        }
        var text = new StringBuilder();
        char[] block = new char[4096];
        for (int read; (read = run.Terminal.In.Read(block, 0, block.Length)) > 0;)
        {
            if (text.Length + read > SecretCharsMax) throw new DsdnException(ErrorCodes.KeyMalformed, ErrorClass.Key);
            text.Append(block, 0, read);
        }
        return text.ToString();
    }
}
