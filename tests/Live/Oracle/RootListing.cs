using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Reading the root directory: order, positions, seeks, buffers.</summary>
public class RootListing(Subjects subjects) : LiveTest(subjects)
{
    [Theory, MemberData(nameof(Sides))]
    public void Dots_then_static_entries_then_self_then_tasks(Side side)
    {
        List<Dirent> all = Listing.Rest(MustOpen(On(side).Root));
        Assert.Equal([".", ".."], all.Take(2).Select(record => record.Name));
        int self = all.FindIndex(record => record.Name == "self");
        Assert.Equal("thread-self", all[self + 1].Name);
        Assert.All(all.Skip(2).Take(self - 2), record => Assert.False(Listing.IsId(record.Name)));
        Assert.All(all.Skip(self + 2), record => Assert.True(Listing.IsId(record.Name), record.Name));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Static_entries_are_ordered_by_length_and_then_by_bytes(Side side)
    {
        string[] names = [.. Listing.Names(On(side).Root).Skip(2).TakeWhile(name => name != "self")];
        Assert.Equal(names.OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal), names);
        Assert.Contains("sys", names);
        Assert.Contains("uptime", names);
        Assert.DoesNotContain("self", names);
    }

    [Fact]
    public void Static_entries_are_the_kernels()
    {
        static IEnumerable<(string, DirectoryEntryType)> Static(Subject subject) =>
            Listing.Read(subject.Root).Records.TakeWhile(record => record.Name != "self").Select(record => (record.Name, record.Type));
        Assert.Equal(Static(On(Side.Kernel)), Static(On(Side.Bobbin)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_position_is_that_of_the_next_entry(Side side)
    {
        (_, List<Dirent> all) = Native.GetDents(MustOpen(On(side).Root), 1 << 20);
        int self = all.FindIndex(record => record.Name == "self");
        Assert.Equal([1, 2], all.Take(2).Select(record => record.Next));
        Assert.Equal(Enumerable.Range(3, self - 3).Select(i => (long)i).Append(256), all.Skip(2).Take(self - 2).Select(record => record.Next));
        Assert.Equal(257, all[self].Next);
        List<int> ids = Listing.Ids(all);
        Assert.Equal(ids.Select(id => (long)id + Listing.TaskPosition).Append(Listing.EndPosition), all.Skip(self + 1).Select(record => record.Next));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Tasks_ascend_and_threads_are_not_listed(Side side)
    {
        Actor actor = StartActor();
        int thread = actor.Check("thread", "worker");
        int[] children = [.. Enumerable.Range(0, 5).Select(_ => actor.Check("fork"))];
        int zombie = actor.Check("zombie");
        List<int> ids = Listing.Ids(Listing.Rest(MustOpen(On(side).Root)));
        Assert.Equal(ids.Distinct().Order(), ids);
        Assert.Equal(children.Append(zombie).Append(actor.Id).Order(), ids.Intersect([.. children, zombie, actor.Id, thread]).Order());
        actor.Check("reap", zombie);
        Assert.DoesNotContain(zombie, Listing.Ids(Listing.Rest(MustOpen(On(side).Root))));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Every_record_has_its_type_and_its_inode(Side side)
    {
        Actor actor = StartActor();
        string root = On(side).Root;
        foreach (Dirent record in Listing.Read(root).Records)
        {
            if (record.Name == ".." || (Listing.IsId(record.Name) && record.Name != $"{actor.Id}"))
            {
                continue;
            }

            Assert.Equal((record.Name, 0), (record.Name, Native.LStat($"{root}/{record.Name}", out Status status)));
            Assert.Equal((record.Name, status.Inode), (record.Name, record.Inode));
            DirectoryEntryType type = status.Type switch
            {
                FileType.Directory => DirectoryEntryType.Directory,
                FileType.Link => DirectoryEntryType.Link,
                _ => DirectoryEntryType.Regular,
            };
            Assert.Equal((record.Name, type), (record.Name, record.Type));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Seeking_to_a_position_continues_there(Side side)
    {
        Actor actor = StartActor();
        int descriptor = MustOpen(On(side).Root);
        List<int> AfterSeek(long position)
        {
            Assert.Equal(position, Native.LSeek(descriptor, position, Native.SEEK_SET));
            return Listing.Ids(Native.GetDents(descriptor, 32768).Records);
        }

        Assert.Equal(actor.Id, AfterSeek(actor.Id + Listing.TaskPosition)[0]);
        Assert.True(AfterSeek(actor.Id + Listing.TaskPosition + 1) is var after && (after.Count == 0 || after[0] > actor.Id));
        Assert.Equal(1, AfterSeek(Listing.TaskPosition)[0]);
        Assert.Equal(1, AfterSeek(Listing.TaskPosition + 1)[0]);
        Assert.Empty(AfterSeek(Listing.EndPosition - 1));
        Assert.Empty(AfterSeek(Listing.EndPosition));
        Assert.Equal(0, Native.LSeek(descriptor, 0, Native.SEEK_SET));
        Assert.Equal(".", Native.GetDents(descriptor, 32768).Records[0].Name);
        Assert.Equal(256, Native.LSeek(descriptor, 256, Native.SEEK_SET));
        Assert.Equal(["self", "thread-self", "1"], Native.GetDents(descriptor, 32768).Records.Take(3).Select(record => record.Name));
        Assert.Equal(257, Native.LSeek(descriptor, 257, Native.SEEK_SET));
        Assert.Equal(["thread-self", "1"], Native.GetDents(descriptor, 32768).Records.Take(2).Select(record => record.Name));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Between_the_static_entries_and_self_is_the_end(Side side)
    {
        int descriptor = MustOpen(On(side).Root);
        foreach (int position in new[] { 200, 255 })
        {
            Assert.Equal(position, Native.LSeek(descriptor, position, Native.SEEK_SET));
            Assert.Equal(0, Native.GetDents(descriptor, 32768).Result);
            Assert.Equal(position, Native.LSeek(descriptor, 0, Native.SEEK_CUR));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Seeks_are_limited_to_31_bits(Side side)
    {
        int descriptor = MustOpen(On(side).Root);
        Assert.Equal(int.MaxValue, Native.LSeek(descriptor, int.MaxValue, Native.SEEK_SET));
        Assert.Equal(0, Native.GetDents(descriptor, 32768).Result);
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.LSeek(descriptor, -1, Native.SEEK_SET)));
        Assert.Equal(0, Native.LSeek(descriptor, 0, Native.SEEK_END));
        Assert.Equal(Fidelity.Expect("seek-root", side, Errno.EINVAL, Errno.None), ErrnoOf(Native.LSeek(descriptor, 1L << 31, Native.SEEK_SET)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_buffer_too_small_for_one_record_is_refused(Side side)
    {
        int descriptor = MustOpen(On(side).Root);
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.GetDents(descriptor, 23).Result));
        (long result, List<Dirent> records) = Native.GetDents(descriptor, 24);
        Assert.Equal((24, "."), (result, records[0].Name));
        Assert.Equal("..", Native.GetDents(descriptor, 24).Records[0].Name);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_full_buffer_leaves_the_position_at_the_first_that_did_not_fit(Side side)
    {
        Actor actor = StartActor();
        int[] children = [.. Enumerable.Range(0, 3).Select(_ => actor.Check("fork")).Order()];
        int descriptor = MustOpen(On(side).Root);
        Native.LSeek(descriptor, children[0] + Listing.TaskPosition, Native.SEEK_SET);
        List<Dirent> one = Native.GetDents(descriptor, 32).Records;
        Assert.Equal([$"{children[0]}"], one.Select(record => record.Name));

        // Others on this machine may have been born between the two.
        long position = Native.LSeek(descriptor, 0, Native.SEEK_CUR);
        Assert.InRange(position, children[0] + 1 + Listing.TaskPosition, children[1] + Listing.TaskPosition);
        Assert.Equal(one[0].Next, position);
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_next_one_may_die_between_two_reads(Side side)
    {
        Actor actor = StartActor();
        int[] children = [.. Enumerable.Range(0, 3).Select(_ => actor.Check("fork")).Order()];
        int descriptor = MustOpen(On(side).Root);
        Native.LSeek(descriptor, children[0] + Listing.TaskPosition, Native.SEEK_SET);
        Assert.Equal($"{children[0]}", Native.GetDents(descriptor, 32).Records[0].Name);
        actor.Check("kill", children[1], 9);
        actor.Check("reap", children[1]);
        List<int> rest = Listing.Ids(Listing.Rest(descriptor));
        Assert.DoesNotContain(children[0], rest);
        Assert.DoesNotContain(children[1], rest);
        Assert.Contains(children[2], rest);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Every_size_of_buffer_lists_every_living_task_once(Side side)
    {
        Actor actor = StartActor();
        HashSet<int> alive = [actor.Id, .. Enumerable.Range(0, 20).Select(_ => actor.Check("fork"))];
        foreach (int size in new[] { 40, 64, 100, 333, 4096, 70000 })
        {
            int descriptor = MustOpen(On(side).Root);
            List<int> ids = Listing.Ids(Listing.Rest(descriptor, size));
            Assert.Equal(ids.Distinct().Order(), ids);
            Assert.Equal(alive.Order(), ids.Intersect(alive).Order());
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void After_the_end_nothing_appears_until_a_seek(Side side)
    {
        Actor actor = StartActor();
        int descriptor = MustOpen(On(side).Root);
        Listing.Rest(descriptor);
        int child = actor.Check("fork");
        Assert.Empty(Listing.Rest(descriptor));
        Assert.Equal(Listing.EndPosition, Native.LSeek(descriptor, 0, Native.SEEK_CUR));
        Native.LSeek(descriptor, 0, Native.SEEK_SET);
        Assert.Contains(child, Listing.Ids(Listing.Rest(descriptor)));
    }
}
