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
        Assert.Equal(Record(5).Signature, again.Last.Signature);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(115)]
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

    [Fact]
    public void TheSignerRepeatsItselfButNeverContradictsItself()
    {
        using LastSignFile file = LastSignFile.Open(File);
        var signer = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
        byte[] first = signer.Sign(7, 1, SignStep.Precommit, "block a"u8);
        Assert.Same(first, signer.Sign(7, 1, SignStep.Precommit, "block a"u8)); // the stored one
        Assert.Throws<DoubleSignException>(() => signer.Sign(7, 1, SignStep.Precommit, "block b"u8));
        Assert.Throws<DoubleSignException>(() => signer.Sign(7, 1, SignStep.Prevote, "block b"u8));
        Assert.Throws<DoubleSignException>(() => signer.Sign(7, 0, SignStep.Precommit, "block b"u8));
        Assert.Throws<DoubleSignException>(() => signer.Sign(6, 9, SignStep.Precommit, "block b"u8));
        Assert.NotEqual(first, signer.Sign(7, 2, SignStep.Precommit, "block b"u8));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static LastSign Record(ulong height) =>
        new(height, 0, SignStep.Precommit, [.. Enumerable.Repeat((byte)height, 32)], [.. Enumerable.Repeat((byte)height, 64)]);
}
