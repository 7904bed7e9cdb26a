using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet.Keystore;

namespace Dsdn.Chain.Tests.Wallet;

public class KeystoreTests
{
    private static readonly byte[] Key = Keccak.Hash("a private key"u8).ToArray();

    private static readonly byte[] File = Web3Keystore.Encrypt(Key, "pass"u8, Bytes(32), Bytes(16), Bytes(16), ScryptCost.Light);

    [Fact]
    public void WhatWasLockedOpensWithTheSamePassword()
    {
        Assert.Equal(KeystoreError.None, Web3Keystore.Decrypt(File, "pass"u8, out byte[] key));
        Assert.Equal(Key, key);
        Assert.Contains("\"id\": \"07070707-0707-4707-8707-070707070707\"", Encoding.UTF8.GetString(File));
        Assert.True(Secp256k1.TryAddress(Key, out Address address));
        Assert.Contains(address.ToString()[2..], Encoding.UTF8.GetString(File));
    }

    [Fact]
    public void AnotherPasswordIsRefused()
    {
        Assert.Equal(KeystoreError.PasswordWrong, Web3Keystore.Decrypt(File, "Pass"u8, out byte[] key));
        Assert.Empty(key);
    }

    [Fact]
    public void AFileThatNamesAnotherAddressIsRefused()
    {
        Assert.True(Secp256k1.TryAddress(Key, out Address address));
        byte[] swapped = Replace(File, address.ToString()[2..], new string('1', 40));
        Assert.Equal(KeystoreError.KeyInvalid, Web3Keystore.Decrypt(swapped, "pass"u8, out byte[] key));
        Assert.Empty(key);
    }

    [Theory]
    [InlineData("\"n\": 4096", "\"n\": 1073741824", KeystoreError.KdfTooCostly)]
    [InlineData("\"n\": 4096", "\"n\": 4095", KeystoreError.KdfTooCostly)]
    [InlineData("\"n\": 4096", "\"n\": 0", KeystoreError.KdfTooCostly)]
    [InlineData("\"n\": 4096", "\"n\": -1", KeystoreError.Malformed)]
    [InlineData("\"n\": 4096", "\"n\": 1e99", KeystoreError.Malformed)]
    [InlineData("\"r\": 8", "\"r\": 4294967296", KeystoreError.KdfTooCostly)]
    [InlineData("\"p\": 6", "\"p\": 16777216", KeystoreError.KdfTooCostly)]
    [InlineData("\"dklen\": 32", "\"dklen\": 2147483647", KeystoreError.KdfNotSupported)]
    [InlineData("\"scrypt\"", "\"md5\"", KeystoreError.KdfNotSupported)]
    [InlineData("aes-128-ctr", "aes-128-cbc", KeystoreError.CipherNotSupported)]
    [InlineData("\"version\": 3", "\"version\": 4", KeystoreError.VersionNotSupported)]
    [InlineData("\"mac\": \"", "\"mac\": \"00", KeystoreError.Malformed)]
    [InlineData("\"salt\": \"07", "\"salt\": \"\\ud800", KeystoreError.Malformed)]
    public void AHostileFileIsRefusedByItsFault(string from, string to, KeystoreError expected) =>
        Assert.Equal(expected, Web3Keystore.Decrypt(Replace(File, from, to), "pass"u8, out _));

    [Fact]
    public void HostilePbkdf2RoundsAreRefused()
    {
        string text = """{"version":3,"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"IV"},"ciphertext":"CT","mac":"CT","kdf":"pbkdf2","kdfparams":{"dklen":32,"c":ROUNDS,"prf":"PRF","salt":"00"}}}"""
            .Replace("IV", new string('0', 32)).Replace("CT", new string('0', 64));
        KeystoreError Open(string rounds, string prf) =>
            Web3Keystore.Decrypt(Encoding.UTF8.GetBytes(text.Replace("ROUNDS", rounds).Replace("PRF", prf)), "x"u8, out _);
        Assert.Equal(KeystoreError.KdfTooCostly, Open("2147483647", "hmac-sha256"));
        Assert.Equal(KeystoreError.KdfTooCostly, Open("0", "hmac-sha256"));
        Assert.Equal(KeystoreError.KdfNotSupported, Open("1", "hmac-md5"));
        Assert.Equal(KeystoreError.PasswordWrong, Open("1", "hmac-sha256"));
    }

    [Fact]
    public void KeyFileOpensAndShowsItsPublicPart()
    {
        byte[] secret = [1, 2, 3];
        byte[] file = new KeyFile("ed25519-consensus", [9, 9]).Encrypt(secret, "pass"u8, Bytes(16), Bytes(24), Argon2Cost.Light);
        Assert.Equal(KeystoreError.None, KeyFile.Read(file, out KeyFile? header));
        Assert.Equal("ed25519-consensus", header!.Kind);
        Assert.Equal(KeystoreError.None, KeyFile.Decrypt(file, "pass"u8, out KeyFile? opened, out byte[] plain));
        Assert.Equal(secret, plain);
        Assert.Equal([9, 9], opened!.PublicKey);
        Assert.Equal(KeystoreError.PasswordWrong, KeyFile.Decrypt(file, "pasS"u8, out _, out byte[] none));
        Assert.Empty(none);
    }

    [Theory]
    [InlineData("0x0909", "0x0908", KeystoreError.PasswordWrong)]
    [InlineData("ed25519-consensus", "ed25519-node", KeystoreError.PasswordWrong)]
    [InlineData("ed25519-consensus", "ED25519", KeystoreError.Malformed)]
    [InlineData("\"passes\": 1", "\"passes\": 2", KeystoreError.PasswordWrong)]
    [InlineData("\"passes\": 1", "\"passes\": 4000000000", KeystoreError.KdfTooCostly)]
    [InlineData("\"passes\": 1", "\"passes\": 0", KeystoreError.KdfTooCostly)]
    [InlineData("\"memoryKiB\": 8192", "\"memoryKiB\": 4294967296", KeystoreError.KdfTooCostly)]
    [InlineData("\"memoryKiB\": 8192", "\"memoryKiB\": 1", KeystoreError.KdfTooCostly)]
    [InlineData("argon2id", "argon2d", KeystoreError.KdfNotSupported)]
    [InlineData("xchacha20-poly1305", "none", KeystoreError.CipherNotSupported)]
    [InlineData("\"version\": 1", "\"version\": 2", KeystoreError.VersionNotSupported)]
    [InlineData("dsdn-key", "ssh-key", KeystoreError.Malformed)]
    public void AnAlteredKeyFileIsRefused(string from, string to, KeystoreError expected)
    {
        byte[] file = new KeyFile("ed25519-consensus", [9, 9]).Encrypt([1, 2, 3], "pass"u8, Bytes(16), Bytes(24), Argon2Cost.Light);
        Assert.Equal(expected, KeyFile.Decrypt(Replace(file, from, to), "pass"u8, out _, out byte[] secret));
        Assert.Empty(secret);
    }

    [Fact]
    public void DamagedFilesGiveTypedErrorsOnly()
    {
        Random random = new(21);
        byte[] keyFile = new KeyFile("x", []).Encrypt([1], "pass"u8, Bytes(16), Bytes(24), Argon2Cost.Light);
        for (int i = 0; i < 600; i++)
        {
            byte[] damaged = (byte[])(i % 2 == 0 ? File : keyFile).Clone();
            for (int edits = random.Next(1, 4); edits > 0; edits--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            // Costs that grew stay bounded, but 600 derivations would be slow: cut the file short where one is likely.
            byte[] input = i % 20 == 0 ? damaged : damaged[..random.Next(damaged.Length)];
            KeystoreError first = Web3Keystore.Decrypt(input, "pass"u8, out byte[] key);
            Assert.Equal(first == KeystoreError.None, key.Length == 32);
            KeystoreError second = KeyFile.Decrypt(input, "pass"u8, out KeyFile? file, out _);
            Assert.Equal(second == KeystoreError.None, file is not null);
        }
    }

    [Fact]
    public void EveryErrorHasItsOwnCode() =>
        Assert.Equal(Enum.GetValues<KeystoreError>().Length, Enum.GetValues<KeystoreError>().Select(e => e.Code()).Distinct().Count());

    private static byte[] Bytes(int count) => Enumerable.Repeat((byte)7, count).ToArray();

    private static byte[] Replace(byte[] file, string from, string to)
    {
        string text = Encoding.UTF8.GetString(file);
        Assert.Contains(from, text);
        return Encoding.UTF8.GetBytes(text.Replace(from, to));
    }
}
