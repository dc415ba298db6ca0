using System.Text;
using Bobbin.Kernel.Bpf;
using Xunit;

namespace Bobbin.Tests.Bpf;

public sealed class BtfTests
{
    private readonly BtfBlob _blob = new();

    [Fact]
    public void Members_are_found_within_anonymous_structures_too()
    {
        Type("int", kind: 1, 0, 4, 32);                                             // 1
        Type("", kind: 4, 2, 8, Name("pid"), 1, 0, Name("tgid"), 1, 32);            // 2
        Type("task", kind: 4, 2, 72, Name("flags"), 1, 0, 0, 2, 512);               // 3
        Btf btf = new(Blob());
        Assert.Equal(3, btf.Count);
        Assert.True(btf.TryFindMember("task"u8, "pid"u8, out BtfMember found));
        Assert.Equal(64, found.Offset);
        Assert.True(btf.TryFindMember("task"u8, "tgid"u8, out found));
        Assert.Equal(68, found.Offset);
        Assert.True(btf.TryFindMember("task"u8, "flags"u8, out found));
        Assert.Equal(0, found.Offset);
        Assert.False(btf.TryFindMember("task"u8, "comm"u8, out _));
    }

    [Fact]
    public void A_path_leads_through_structures_arrays_and_typedefs()
    {
        Type("int", kind: 1, 0, 4, 32);                                             // 1
        Type("u32", kind: 8, 0, 1);                                                 // 2: typedef int u32
        Type("", kind: 10, 0, 2);                                                   // 3: const u32
        Type("pair", kind: 4, 2, 8, Name("left"), 1, 0, Name("right"), 3, 32);      // 4
        Type("", kind: 3, 0, 0, 4, 1, 5);                                           // 5: struct pair[5]
        Type("", kind: 2, 0, 4);                                                    // 6: struct pair *
        Type("holder", kind: 4, 3, 56, Name("pairs"), 5, 64, Name("one"), 4, 384, Name("pointer"), 6, 0);
        Btf btf = new(Blob());
        Assert.True(btf.TryFindMember("holder"u8, "pairs[3].right"u8, out BtfMember found));
        Assert.Equal(new BtfMember(8 + (3 * 8) + 4, 4, 1), found);
        Assert.True(btf.TryFindMember("holder"u8, "one.left"u8, out found));
        Assert.Equal(new BtfMember(48, 4, 1), found);
        Assert.True(btf.TryFindMember("holder"u8, "pairs"u8, out found));
        Assert.Equal(new BtfMember(8, 40, 5), found);
        Assert.True(btf.TryFindMember("holder"u8, "pointer"u8, out found));
        Assert.Equal(new BtfMember(0, 8, 6), found);
        Assert.False(btf.TryFindMember("holder"u8, "one[1]"u8, out _));
        Assert.False(btf.TryFindMember("holder"u8, "pointer.left"u8, out _));
        Assert.False(btf.TryFindMember("holder"u8, "pairs[x].left"u8, out _));
    }

    [Fact]
    public void A_type_is_found_by_its_kind_and_name()
    {
        Type("task", kind: 12, 0, 0);
        Type("task", kind: 4, 0, 0);
        Type("task_struct", kind: 4, 0, 0);
        Btf btf = new(Blob());
        Assert.True(btf.TryFind(BtfKind.Function, "task"u8, out int id));
        Assert.Equal(1, id);
        Assert.False(btf.TryFind(BtfKind.Union, "task"u8, out _));
        Assert.True(btf.TryFind(BtfKind.Structure, "task_struct"u8, out id));
        Assert.Equal(3, id);
        Assert.False(btf.TryFind(BtfKind.Structure, "task_str"u8, out _));
        Assert.False(btf.TryFind(BtfKind.Structure, ""u8, out _));
    }

    [Fact]
    public void Many_types_have_their_ids_in_order()
    {
        // Members' types, as numbers, are among those at which names begin.
        for (int i = 1; i <= 1000; i++)
        {
            Type($"type{i}", kind: 4, 3, 12, 0, i, 0, 0, i + 1, 32, 0, (i * 7) % 1000, 64);
        }

        Btf btf = new(Blob());
        Assert.Equal(1000, btf.Count);
        for (int i = 1; i <= 1000; i++)
        {
            Assert.True(btf.TryFind(BtfKind.Structure, Encoding.UTF8.GetBytes($"type{i}"), out int id));
            Assert.Equal(i, id);
            Assert.Equal($"struct type{i}", btf.Type(i).ToString());
            Assert.False(btf.TryFind(BtfKind.Union, Encoding.UTF8.GetBytes($"type{i}"), out _));
        }
    }

    [Fact]
    public void Every_kind_of_type_is_stepped_over_by_its_size()
    {
        Type("ptr", kind: 2, 0, 1);
        Type("arr", kind: 3, 0, 0, 1, 1, 5);
        Type("union", kind: 5, 1, 4, 0, 1, 0);
        Type("enum", kind: 6, 2, 4, 0, 0, 0, 1);
        Type("fwd", kind: 7, 0, 0);
        Type("typedef", kind: 8, 0, 1);
        Type("proto", kind: 13, 2, 0, 0, 1, 0, 1);
        Type("var", kind: 14, 0, 1, 0);
        Type("section", kind: 15, 1, 4, 1, 0, 4);
        Type("float", kind: 16, 0, 4);
        Type("tag", kind: 17, 0, 1, 0);
        Type("enum64", kind: 19, 1, 8, 0, 0, 0);
        Type("last", kind: 4, 1, 4, Name("member"), 1, 8);
        Btf btf = new(Blob());
        Assert.Equal(13, btf.Count);
        Assert.True(btf.TryFindMember("last"u8, "member"u8, out BtfMember found));
        Assert.Equal(1, found.Offset);
    }

    [Fact]
    public void A_bit_field_has_no_place_in_bytes()
    {
        Type("int", kind: 1, 0, 4, 32);
        Type("bits", kind: 4 | 128, 2, 4, Name("whole"), 1, 8, Name("bit"), 1, (1 << 24) | 3);
        Btf btf = new(Blob());
        Assert.True(btf.TryFindMember("bits"u8, "whole"u8, out BtfMember found));
        Assert.Equal(1, found.Offset);
        Assert.False(btf.TryFindMember("bits"u8, "bit"u8, out _));
    }

    [Fact]
    public void What_is_not_BTF_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => new Btf(new byte[100]));
        Assert.Throws<InvalidDataException>(() => new Btf(new byte[3]));
        Type("int", kind: 1, 0, 4, 32);
        byte[] cut = Blob();
        Assert.Throws<InvalidDataException>(() => new Btf(cut.AsMemory(0, cut.Length - 2)));
    }

    private void Type(string name, int kind, int count, params int[] words) => _blob.Type(name, kind, count, words);

    private int Name(string name) => _blob.Name(name);

    private byte[] Blob() => _blob.ToBytes();
}
