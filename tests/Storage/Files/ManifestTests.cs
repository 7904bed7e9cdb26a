using System.Text;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Files;

namespace Dsdn.Storage.Tests.Files;

public sealed class ManifestTests
{
    [Fact]
    public void EveryKindOfEntryComesBack()
    {
        Manifest manifest = Example();
        Assert.Equal(FileFault.None, ManifestCodec.TryEncode(manifest, out byte[] bytes));
        Assert.Equal(FileFault.None, ManifestCodec.TryDecode(bytes, out Manifest? read));
        Assert.NotNull(read);
        Assert.Equal(["a", "a/b.txt", "a/ä.bin", "z.rs"], read.Entries.Select(entry => entry.Path));
        Assert.Equal(FileFault.None, ManifestCodec.TryEncode(read, out byte[] again));
        Assert.Equal(bytes, again);
    }

    [Fact]
    public void CutOrChangedBytesAreRefusedOrAreAnotherManifestInItsOneForm()
    {
        ManifestCodec.TryEncode(Example(), out byte[] bytes);
        for (int length = 0; length < bytes.Length; length++) Assert.NotEqual(FileFault.None, ManifestCodec.TryDecode(bytes.AsMemory(0, length), out _));
        Assert.Equal(FileFault.Manifest, ManifestCodec.TryDecode((byte[])[.. bytes, 0], out _));
        int refused = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            foreach (byte flip in (byte[])[0x01, 0x80, 0xff])
            {
                byte[] changed = [.. bytes];
                changed[at] ^= flip;
                if (ManifestCodec.TryDecode(changed, out Manifest? read) != FileFault.None || read is null) refused++;
                else
                {
                    ManifestCodec.TryEncode(read, out byte[] again);
                    Assert.Equal(changed, again);
                }
            }
        }
        Assert.True(refused > 100, $"only {refused}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("./a")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\u007f")]
    public void PathThatLeadsElsewhereIsRefused(string path)
    {
        Assert.False(ManifestPath.IsValid(path));
        Assert.Equal(FileFault.Path, ManifestCodec.TryEncode(new Manifest([new ManifestEntry(path, 0, 0, null)]), out _));
    }

    /// <summary>Half of a character has no UTF-8.</summary>
    [Fact]
    public void PathThatIsNoTextIsRefused() => Assert.False(ManifestPath.IsValid("a" + (char)0xd800));

    [Fact]
    public void NamesHaveTheirLimitsInBytes()
    {
        Assert.True(ManifestPath.IsValid(new string('a', 255)));
        Assert.False(ManifestPath.IsValid(new string('a', 256)));
        Assert.False(ManifestPath.IsValid(new string('ä', 128)));
        Assert.True(ManifestPath.IsValid(string.Join('/', Enumerable.Repeat("abc", 1_024))));
        Assert.False(ManifestPath.IsValid(string.Join('/', Enumerable.Repeat("abc", 1_025))));
        Assert.True(ManifestPath.IsValid("..a/...")); // only whole parts of dots lead out
    }

    [Fact]
    public void HostilePathInEncodedManifestIsRefused()
    {
        ManifestCodec.TryEncode(new Manifest([new ManifestEntry("ab/cd", 0, 0, null)]), out byte[] bytes);
        Encoding.ASCII.GetBytes("../cd").CopyTo(bytes.AsSpan(13));
        Assert.Equal(FileFault.Path, ManifestCodec.TryDecode(bytes, out _));
    }

    [Fact]
    public void EntriesOutOfOrderOrTwiceAreRefused()
    {
        ManifestEntry a = new("a", 0, 0, null), b = new("b", 0, 0, null);
        Assert.Equal(FileFault.Manifest, ManifestCodec.TryEncode(new Manifest([b, a]), out _));
        Assert.Equal(FileFault.Manifest, ManifestCodec.TryEncode(new Manifest([a, a]), out _));
        Assert.Equal(FileFault.None, ManifestCodec.TryEncode(Manifest.Of([b, a]), out _));
    }

    [Fact]
    public void ChunksThatDoNotFitTheLengthAreRefused()
    {
        ManifestChunk chunk = Chunk(1, 4_180);
        ManifestContent good = new(FileKey.CreateFileId(), FileKey.Create(), new FileLayout(100, 65_536), new ContentPlace.Own([chunk]));
        Assert.Equal(FileFault.None, Encode(good));
        Assert.Equal(FileFault.Manifest, Encode(good with { Layout = new FileLayout(5_000, 65_536) }));
        Assert.Equal(FileFault.Manifest, Encode(good with { Layout = new FileLayout(100, 65_537) }));
        Assert.Equal(FileFault.Manifest, Encode(good with { Place = new ContentPlace.Own([]) }));
        Assert.Equal(FileFault.Manifest, Encode(good with { Place = new ContentPlace.Own([chunk with { Roots = [] }]) }));
        Assert.Equal(FileFault.Manifest, Encode(good with { Place = new ContentPlace.Packed(chunk, 1, 4_180) }));
        Assert.Equal(FileFault.Manifest, Encode(good with { Place = new ContentPlace.Packed(chunk, uint.MaxValue, 4_180) }));
    }

    [Fact]
    public async Task SmallFilesOfAPackAreReadAlone()
    {
        Pack pack = new(bytesMax: 200_000);
        List<(FileBox Box, byte[] Content, PackedObject Place)> objects = [];
        for (int i = 0; ; i++)
        {
            byte[] content = Sample.Content(i, i * 700);
            FileBox box = FileBox.Seal(content);
            if (!pack.TryAdd(Assert.Single(box.Chunks), out PackedObject place)) break;
            objects.Add((box, content, place));
        }
        Assert.True(pack.Count > 10);
        Assert.Equal(pack.Identify(), ChunkHasher.Of(pack.Content.Span));
        FileBox stored = FileBox.Seal([]);
        stored.Chunks[0] = pack.Content.ToArray();
        foreach ((FileBox box, byte[] content, PackedObject place) in objects)
        {
            using FileDecryptor decryptor = new(new PackedSource(stored, place), box.Key, box.FileId, box.Layout);
            MemoryStream output = new();
            Assert.Equal(FileFault.None, await decryptor.CopyAllAsync(output));
            Assert.Equal(content, output.ToArray());
        }
        // A place that is another object's is found.
        using FileDecryptor wrong = new(new PackedSource(stored, objects[1].Place), objects[0].Box.Key, objects[0].Box.FileId, objects[0].Box.Layout);
        Assert.Equal(FileFault.WrongKey, await wrong.CopyAllAsync(Stream.Null));
    }

    [Fact]
    public async Task NamesStandNowhereOutsideTheEncryption()
    {
        const string Name = "very-private-name";
        ManifestEntry entry = new($"{Name}/{Name}.txt", 420, 1, Content(1));
        ManifestCodec.TryEncode(new Manifest([entry]), out byte[] bytes);
        FileBox box = FileBox.Seal(bytes);
        byte[] file = Assert.Single(FileBox.Seal(Encoding.UTF8.GetBytes($"{Name} inside")).Chunks);
        foreach (byte[] outside in (byte[][])[box.Chunks[0], file]) Assert.Equal(-1, outside.AsSpan().IndexOf("private"u8));
        Assert.NotEqual(-1, bytes.AsSpan().IndexOf("private"u8)); // the search finds what is there
        Assert.Equal(bytes, (await box.OpenAsync()).Content);
    }

    [Fact]
    public void FileKeyIsOpenedByItsWalletAndForItsFileOnly()
    {
        using WalletKeys wallet = WalletKeys.From(Sample.Content(1, 32)), same = WalletKeys.From(Sample.Content(1, 32)), other = WalletKeys.From(Sample.Content(2, 32));
        using FileKey key = FileKey.Create();
        Hash256 file = FileKey.CreateFileId();
        byte[] wrapped = wallet.Wrap(key, file);
        Assert.Equal(WalletKeys.WrappedBytes, wrapped.Length);
        Assert.Equal(FileFault.None, same.TryUnwrap(wrapped, file, out FileKey? opened));
        Assert.True(opened!.Commitment.Span.SequenceEqual(key.Commitment.Span) && opened.Prefix.SequenceEqual(key.Prefix));
        Assert.Equal(FileFault.WrongKey, other.TryUnwrap(wrapped, file, out _));
        Assert.Equal(FileFault.WrongKey, wallet.TryUnwrap(wrapped, FileKey.CreateFileId(), out _));
        Assert.Equal(FileFault.Header, wallet.TryUnwrap(wrapped.AsSpan(1), file, out _));
        for (int at = 0; at < wrapped.Length; at++)
        {
            wrapped[at] ^= 1;
            Assert.Equal(at == 0 ? FileFault.Version : FileFault.WrongKey, wallet.TryUnwrap(wrapped, file, out _));
            wrapped[at] ^= 1;
        }
        Assert.NotEqual(wrapped, wallet.Wrap(key, file));
    }

    private static FileFault Encode(ManifestContent content) => ManifestCodec.TryEncode(new Manifest([new ManifestEntry("f", 0, 0, content)]), out _);

    private static Manifest Example() => Manifest.Of(
    [
        new ManifestEntry("z.rs", 0x1ed, ulong.MaxValue, Content(2) with { Place = new ContentPlace.Own([Coded(4_180)]) }),
        new ManifestEntry("a", 0x1ed, 7, null),
        new ManifestEntry("a/ä.bin", 0, 0, Content(3) with { Layout = new FileLayout(70_000, 65_536), Place = new ContentPlace.Own([Chunk(1, 65_620), Chunk(2, 68 + 8_192 + 16)]) }),
        new ManifestEntry("a/b.txt", 420, 5, Content(4) with { Place = new ContentPlace.Packed(Chunk(9, 100_000), 70_000, 4_180) }),
    ]);

    private static ManifestContent Content(int seed) =>
        new(new Hash256(Sample.Content(seed, 32)), FileKey.From(Sample.Content(seed + 100, 32), Sample.Content(seed, 7)), new FileLayout(100, 65_536), new ContentPlace.Own([Chunk(seed, 4_180)]));

    private static ManifestChunk Chunk(int seed, uint bytes) => new(new Hash256(Sample.Content(seed, 32)), bytes, ChunkCoding.Replicas, 0, [new Hash256(Sample.Content(seed + 1, 32))]);

    private static ManifestChunk Coded(uint bytes) =>
        new(new Hash256(Sample.Content(8, 32)), bytes, ChunkCoding.ReedSolomon, 3, [.. Enumerable.Range(0, 9).Select(i => new Hash256(Sample.Content(i, 32)))]);
}
