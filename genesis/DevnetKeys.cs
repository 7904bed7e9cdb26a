using System.Globalization;
using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet;

namespace Dsdn.Genesis;

/// <summary>
/// The public keys of every devnet; nothing of worth may ever lie under them. Accounts are those of the mnemonic at
/// m/44'/60'/0'/0/i: 0 to 9 are the users, 10 + n operates validator n, 17 holds the early-node reserve, 18 the liquidity, 19 is
/// the foundation, 20 + n operates storage node n. Validator n's consensus seed is Keccak-256 of "DSDN devnet consensus key n", that of the
/// log's committee, which is validator 0's, Keccak-256 of "DSDN devnet committee key 0".
/// </summary>
public static class DevnetKeys
{
    public const string MnemonicPhrase = "test test test test test test test test test test test junk";
    public const int Users = 10;
    public const int ValidatorsMax = 7;
    public const int ReserveAccount = 17;
    public const int LiquidityAccount = 18;
    public const int FoundationAccount = 19;

    /// <summary>Six zones of two.</summary>
    public const int StorageNodesMax = 12;

    private const int FirstStorageAccount = 20;

    /// <summary>32 bytes.</summary>
    public static byte[] PrivateKey(int account) => Derive(account).PrivateKey.ToArray();

    public static Address Account(int account) => Derive(account).Address;

    public static Address Operator(int validator) => Account(Users + validator);

    /// <summary>The number of the account that operates a storage node: each has its own, since one operator counts once in a placement (rulings 30).</summary>
    public static int StorageAccount(int node) => FirstStorageAccount + node;

    /// <summary>32 bytes.</summary>
    public static byte[] ConsensusSeed(int validator) =>
        Keccak.Hash(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSDN devnet consensus key {validator}"))).ToArray();

    /// <summary>32 bytes.</summary>
    public static byte[] CommitteeSeed() => Keccak.Hash("DSDN devnet committee key 0"u8).ToArray();

    private static HdKey Derive(int account)
    {
        if (!HdKey.TryFromSeed(Mnemonic.Seed(MnemonicPhrase, ""), out HdKey? master)) throw new InvalidOperationException("the mnemonic gives a key");
        return master?.Derive(HdPath.Ethereum((uint)account)) ?? throw new InvalidOperationException("the path gives a key");
    }
}
