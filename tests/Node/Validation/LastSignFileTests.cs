using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Validation;

namespace Dsdn.Node.Tests.Validation;

public sealed class LastSignFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-signer-").FullName;

    private string File => Path.Combine(_folder, "last-sign");

    [Fact]
    public void TheLastOfManyRecordsIsReadBackAfterARestart()
    {
        using (LastSignFile file = LastSignFile.Open(File))
        {
            for (ulong height = 1; height <= 5; height++) file.Store(Record(height));
        }
        using LastSignFile again = LastSignFile.Open(File);
        Assert.Equal(5UL, again.Last.Height);
        Assert.Equal(Record(5).Signature.ToArray(), again.Last.Signature.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(115)]
    [InlineData(160)]
    public void ATornWriteFallsBackToTheRecordBefore(int damagedByte)
    {
        using (LastSignFile file = LastSignFile.Open(File))
        {
            file.Store(Record(1));
            file.Store(Record(2));
        }
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        int newest = bytes.AsSpan(8, 8).EndsWith(new byte[] { 2 }) ? 0 : 4096;
        bytes[newest + damagedByte] ^= 0xff;
        System.IO.File.WriteAllBytes(File, bytes);
        using LastSignFile again = LastSignFile.Open(File);
        Assert.Equal(1UL, again.Last.Height);
    }

    [Fact]
    public void ARecordThatIsDamagedInBothSlotsIsRefused()
    {
        LastSignFile.Open(File).Dispose();
        System.IO.File.WriteAllBytes(File, new byte[8192]);
        Assert.Throws<InvalidDataException>(() => LastSignFile.Open(File));
    }

    /// <summary>The log was restored from an older copy: the core has forgotten its lock, the record has not.</summary>
    [Fact]
    public void TheSignerKeepsALockThatTheCoreForgot()
    {
        Hash256 locked = Keccak.Hash("locked"u8), other = Keccak.Hash("other"u8);
        using (LastSignFile file = LastSignFile.Open(File))
        {
            var signer = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
            signer.Sign(7, 1, SignStep.Precommit, SignBytes.Precommit(1, Hash256.Zero, 7, 1, locked));
            signer.Sign(7, 2, SignStep.Precommit, SignBytes.Precommit(1, Hash256.Zero, 7, 2, Hash256.Zero)); // nil leaves the lock
        }
        using LastSignFile again = LastSignFile.Open(File);
        var restarted = new FileVoteSigner(new ConsensusKey(new byte[32]), again);
        Assert.Throws<DoubleSignException>(() => restarted.Sign(7, 3, SignStep.Prevote, Prevote(7, 3, -1, other)));
        Assert.Throws<DoubleSignException>(() => restarted.Sign(7, 3, SignStep.Prevote, Prevote(7, 3, 0, other)));
        restarted.Sign(7, 3, SignStep.Prevote, Prevote(7, 3, -1, Hash256.Zero));
        restarted.Sign(7, 4, SignStep.Prevote, Prevote(7, 4, -1, locked));
        restarted.Sign(7, 5, SignStep.Prevote, Prevote(7, 5, 1, other)); // two thirds prevoted it in the round of the lock or after
        restarted.Sign(8, 0, SignStep.Prevote, Prevote(8, 0, -1, other));
    }

    private static byte[] Prevote(ulong height, uint round, int proofOfLockRound, Hash256 block) => SignBytes.Prevote(1, Hash256.Zero, height, round, proofOfLockRound, block);

    [Fact]
    public void TheSignerRepeatsItselfButNeverContradictsItself()
    {
        using LastSignFile file = LastSignFile.Open(File);
        var signer = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
        byte[] first = signer.Sign(7, 1, SignStep.Precommit, "block a"u8);
        Assert.Equal(first, signer.Sign(7, 1, SignStep.Precommit, "block a"u8));
        Assert.Throws<DoubleSignException>(() => signer.Sign(7, 1, SignStep.Precommit, "block b"u8));
        Assert.Throws<DoubleSignException>(() => signer.Sign(7, 1, SignStep.Prevote, "block b"u8));
        Assert.Throws<DoubleSignException>(() => signer.Sign(7, 0, SignStep.Precommit, "block b"u8));
        Assert.Throws<DoubleSignException>(() => signer.Sign(6, 9, SignStep.Precommit, "block b"u8));
        Assert.NotEqual(first, signer.Sign(7, 2, SignStep.Precommit, "block b"u8));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static LastSign Record(ulong height) =>
        new(height, 0, SignStep.Precommit, new Hash256([.. Enumerable.Repeat((byte)height, 32)]), Enumerable.Repeat((byte)height, 64).ToArray());
}
