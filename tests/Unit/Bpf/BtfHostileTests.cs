using Bobbin.Kernel.Bpf;
using CsCheck;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>Types that no compiler made: whatever they say, an answer or InvalidDataException comes, and soon.</summary>
public sealed class BtfHostileTests
{
    private const int Kinds = 24; // more than there are

    private static readonly byte[][] s_paths = [[.. "a"u8], [.. "a.b"u8], [.. "a[2]"u8], [.. "a[2147483647][2147483647].b"u8], [.. "["u8], [.. "a["u8], [.. "a[-1]"u8], [.. ".."u8], []];

    [Fact]
    public void Any_bytes_are_refused_or_read() => Gen.Byte.Array[0, 400].Sample(Survives);

    [Fact]
    public void Any_types_are_refused_or_read() =>
        // Records with a header that is right: kinds, ids, counts and names are any.
        Gen.Select(Gen.Int[0, Kinds - 1], Gen.Int[0, 3], Gen.Int[-2, 12], Gen.OneOf(Gen.Const(""), Gen.Const("a"), Gen.Const("b"), Gen.Const("c"))).Array[0, 12].Sample(records =>
        {
            BtfBlob blob = new();
            foreach ((int kind, int count, int reference, string name) in records)
            {
                int a = blob.Name("a"), b = blob.Name("b");
                int[] words = kind switch
                {
                    1 or 14 or 17 => [reference, 0],
                    3 => [0, reference, 1, int.MaxValue],
                    4 or 5 or 19 or 15 => [reference, .. Enumerable.Range(0, count).SelectMany(i => new[] { i == 0 ? 0 : i == 1 ? a : b, reference + i, -8 * i })],
                    6 or 13 => [reference, .. Enumerable.Range(0, count).SelectMany(i => new[] { a, reference + i })],
                    _ => [reference],
                };
                blob.Type(name, kind, count, words);
            }

            return Survives(blob.ToBytes());
        }, iter: 2000);

    [Fact]
    public void A_damaged_blob_is_refused_or_read()
    {
        BtfBlob blob = new();
        blob.Type("int", kind: 1, 0, 4, 32);
        blob.Type("a", kind: 4, 2, 16, blob.Name("a"), 3, 0, 0, 2, 64);
        blob.Type("", kind: 3, 0, 0, 2, 1, 4);
        blob.Type("e", kind: 6, 1, 4, blob.Name("b"), 7);
        byte[] whole = blob.ToBytes();
        for (int length = 0; length <= whole.Length; length++)
        {
            Assert.True(Survives(whole[..length]));
        }

        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 6].Sample(changes =>
        {
            byte[] damaged = [.. whole];
            foreach ((int at, byte value) in changes)
            {
                damaged[at] = value;
            }

            return Survives(damaged);
        });
    }

    [Fact]
    public void Structures_that_hold_themselves_end()
    {
        // Each of 400 nameless members is the structure itself: 400 to the 16th walks, were they all gone.
        BtfBlob blob = new();
        blob.Type("a", kind: 4, 400, [8, .. Enumerable.Repeat((int[])[0, 1, 0], 400).SelectMany(member => member)]);
        Btf types = new(blob.ToBytes());
        Assert.False(types.TryFindMember("a"u8, "b"u8, out _));
    }

    [Fact]
    public void Typedefs_and_arrays_in_a_circle_end()
    {
        BtfBlob blob = new();
        blob.Type("t", kind: 8, 0, 2);
        blob.Type("u", kind: 8, 0, 1);
        blob.Type("", kind: 3, 0, 0, 3, 3, -1);
        blob.Type("a", kind: 4, 2, 8, blob.Name("a"), 1, 0, blob.Name("b"), 3, 0);
        Assert.True(Survives(blob.ToBytes()));
        Btf types = new(blob.ToBytes());
        Assert.Contains("...", new Btf(Pointers()).Type(1).ToString(), StringComparison.Ordinal);
        Assert.Equal(0, types.Type(1).Size);
        Assert.False(types.TryFindMember("a"u8, "b[1000000][1000000][1000000].x"u8, out _));
    }

    private static byte[] Pointers()
    {
        BtfBlob blob = new();
        blob.Type("", kind: 2, 0, 2);
        blob.Type("", kind: 10, 0, 1); // const of the pointer to itself
        return blob.ToBytes();
    }

    // Everything that can be asked.
    private static bool Survives(byte[] bytes)
    {
        Btf types;
        try
        {
            types = new(bytes);
        }
        catch (InvalidDataException)
        {
            return true;
        }

        foreach (byte[] name in (byte[][])[[.. "a"u8], [.. "b"u8], [0], []])
        {
            foreach (BtfKind kind in Enum.GetValues<BtfKind>())
            {
                types.TryFind(kind, name, out _);
            }

            foreach (byte[] path in s_paths)
            {
                types.TryFindMember(name, path, out _);
            }
        }

        for (int id = -1; id <= types.Count + 1; id++)
        {
            BtfType type = types.Type(id);
            _ = type.ToString();
            _ = (type.Size, type.Length, type.Bare.Kind, type.Target.Kind, type.Name.Length, type.TryFindValue("a"u8, out _));
            for (int i = 0; i < type.Count; i++)
            {
                BtfField field = type[i];
                _ = (field.Name.Length, field.Type.Size, field.BitOffset);
            }

            foreach (byte[] path in s_paths)
            {
                types.TryFindMember(id, path, out _);
            }
        }

        return true;
    }
}
