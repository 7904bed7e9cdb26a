namespace Dsdn.CelestiaClient.Health;

/// <summary>What an operator does about a code, in English.</summary>
public static class StartAdvice
{
    public static string Of(string code) => code switch
    {
        DaCodes.Unreachable => "Start the light node, or correct DA_RPC_URL. \"dsdn da\" runs a development server.",
        DaCodes.Timeout or DaCodes.Dropped => "The node is overloaded or the way to it is broken: look at its log, add a second endpoint to DA_RPC_URL.",
        DaCodes.WrongChain => "Correct DA_CHAIN_ID, or point DA_RPC_URL to a node of that network.",
        DaCodes.Namespace => "Set DA_NAMESPACE to 58 hexadecimal digits: 38 zeros and ten bytes of your own.",
        DaCodes.NoTrust => "Set DA_TRUST to HEIGHT:HASH of a recent header from a source you trust.",
        DaCodes.TrustFile => "Delete the file and set DA_TRUST to HEIGHT:HASH of a recent header from a source you trust.",
        DaCodes.HeadOld => "The network has halted or the light node hangs: compare with a block explorer, restart the node, add a second endpoint.",
        DaCodes.Lagging => "Let the node sync; add a second endpoint to DA_RPC_URL.",
        DaCodes.TokenFile => "Write the token into the file and let nobody else read it (chmod 600).",
        DaCodes.NotSampling => "Restart the light node; its peers may be gone.",
        DaCodes.LowBalance or "DSDN-E-DA-CALL-FUNDS" => "Send TIA to the account (\"dsdn da status\" shows the balance).",
        "DSDN-E-DA-CALL-TOKEN" => "Make a token with \"celestia light auth write\" and set DA_AUTH_TOKEN_FILE.",
        "DSDN-E-DA-CALL-PERMISSION" => "This token may not do it: make one with \"celestia light auth write\".",
        "DSDN-E-DA-CALL-NO-STATE" => "Start the light node with --core.ip: without a consensus node it cannot submit.",
        "DSDN-E-DA-CALL-NO-ACCOUNT" => "Send TIA to the account, or correct DA_SIGNER.",
        "DSDN-E-DA-CALL-BUSY" or "DSDN-E-DA-CALL-RATE" => "Raise the node's limits, or add a second endpoint.",
        "DSDN-E-DA-TRUST" or "DSDN-E-DA-SIGNATURES" or "DSDN-E-DA-HEADER" => "The endpoint serves headers that do not follow from the trusted one. Do not use it; compare DA_TRUST with another source.",
        "DSDN-E-DA-EXPIRED" => "Set DA_TRUST to HEIGHT:HASH of a header younger than 14 days.",
        _ => "",
    };
}
