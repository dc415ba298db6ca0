using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Offsets, partial reads and the calls beside read and write.</summary>
public class Offsets(Subjects subjects) : LiveTest(subjects)
{
    private static string Read(int descriptor, int size)
    {
        byte[] buffer = new byte[size];
        long count = Native.Read(descriptor, buffer);
        Assert.True(count >= 0, $"read: {ErrnoOf(count)}");
        return Encoding.Latin1.GetString(buffer, 0, (int)count);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_text_is_made_once_and_read_in_parts(Side side)
    {
        Actor actor = StartActor();
        actor.Check("name", "first-name");
        int descriptor = MustOpen(On(side)[$"{actor.Id}/comm"]);
        Assert.Equal("fir", Read(descriptor, 3));
        actor.Check("name", "OTHER");
        Assert.Equal("st-name\n", Read(descriptor, 100));
        Assert.Equal("", Read(descriptor, 100));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_seek_away_makes_it_anew_and_one_in_place_does_not(Side side)
    {
        Actor actor = StartActor();
        actor.Check("name", "first-name");
        int descriptor = MustOpen(On(side)[$"{actor.Id}/comm"]);
        Assert.Equal("fir", Read(descriptor, 3));
        actor.Check("name", "OTHER-name");
        Assert.Equal(3, Native.LSeek(descriptor, 0, Native.SEEK_CUR));
        Assert.Equal(3, Native.LSeek(descriptor, 3, Native.SEEK_SET));
        Assert.Equal("st-", Read(descriptor, 3));
        Assert.Equal(0, Native.LSeek(descriptor, 0, Native.SEEK_SET));
        Assert.Equal("OTHER-name\n", Read(descriptor, 100));
        Assert.Equal(3, Native.LSeek(descriptor, 3, Native.SEEK_SET));
        Assert.Equal("ER-name\n", Read(descriptor, 100));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Pread_at_the_start_makes_it_anew(Side side)
    {
        Actor actor = StartActor();
        actor.Check("name", "first-name");
        int descriptor = MustOpen(On(side)[$"{actor.Id}/comm"]);
        byte[] buffer = new byte[100];
        Assert.Equal(11, Native.PRead(descriptor, buffer, 0));
        actor.Check("name", "OTHER-name");
        Assert.Equal(11, Native.PRead(descriptor, buffer, 0));
        Assert.Equal("OTHER-name\n", Encoding.Latin1.GetString(buffer, 0, 11));
        Assert.Equal(8, Native.PRead(descriptor, buffer, 3));
        Assert.Equal("ER-name\n", Encoding.Latin1.GetString(buffer, 0, 8));
        Assert.Equal(0, Native.PRead(descriptor, buffer, 11));
        Assert.Equal(0, Native.PRead(descriptor, buffer, 100000));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_file_that_is_opened_again_begins_anew_wherever_it_is_read(Side side)
    {
        Actor actor = StartActor();
        string path = On(side)[$"{actor.Id}/comm"];
        byte[] buffer = new byte[100];
        foreach ((string before, string after) in new[] { ("first-name", "second-and-long"), ("third-and-longer", "4th") })
        {
            actor.Check("name", before);
            int old = MustOpen(path);
            string whole = Read(old, 100);
            Close(old);
            actor.Check("name", after);
            int descriptor = MustOpen(path);
            int rest = Math.Max(after.Length + 1 - whole.Length, 0);
            Assert.Equal(rest, Native.PRead(descriptor, buffer, whole.Length));
            Assert.Equal($"{after}\n"[^rest..], Encoding.Latin1.GetString(buffer, 0, rest));
            Assert.Equal($"{after}\n", Read(descriptor, 100));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Files_that_are_open_at_once_have_a_text_each(Side side)
    {
        Actor actor = StartActor();
        string path = On(side)[$"{actor.Id}/comm"];
        Close(MustOpen(path));
        actor.Check("name", "first-name");
        int one = MustOpen(path), other = MustOpen(path);
        Assert.Equal("fir", Read(one, 3));
        actor.Check("name", "OTHER");
        Assert.Equal("OTHER\n", Read(other, 100));
        Assert.Equal("st-name\n", Read(one, 100));
        Assert.Equal("", Read(other, 100));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Byte_by_byte_is_the_same_text(Side side)
    {
        // In a mount namespace of its own, so that nobody else's mounts disturb.
        Actor actor = StartActor("unshare", "--mount");
        foreach (string name in new[] { "limits", "cmdline", "environ", "auxv", "maps", "mountinfo", "cgroup", "uid_map", "loginuid", "coredump_filter" })
        {
            string whole = Native.Cat(On(side)[$"{actor.Id}/{name}"]).Text;
            Assert.Equal((name, (0, whole)), (name, Native.ReadAll(MustOpen(On(side)[$"{actor.Id}/{name}"]), 7)));
            Assert.Equal((name, (0, whole)), (name, Native.ReadAll(MustOpen(On(side)[$"{actor.Id}/{name}"]), 1000)));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Records_come_whole_a_page_at_a_time(Side side)
    {
        Actor actor = StartActor();
        string whole = Native.Cat($"/proc/{actor.Id}/smaps").Text;
        int kernel = MustOpen($"/proc/{actor.Id}/smaps"), descriptor = MustOpen(On(side)[$"{actor.Id}/smaps"]);
        Assert.True(whole.Length > 8192);
        string first = Read(descriptor, 65536);
        Assert.Equal(Read(kernel, 65536).Length, first.Length);
        Assert.EndsWith("\n", first, StringComparison.Ordinal);
        Assert.InRange(first.Length, 1, 4096);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Where_seeks_may_go(Side side)
    {
        Actor actor = StartActor();
        string process = On(side)[$"{actor.Id}"];
        int text = MustOpen($"{process}/status"), line = MustOpen($"{process}/cmdline"), memory = MustOpen($"{process}/mem");
        Assert.Equal(1L << 40, Native.LSeek(text, 1L << 40, Native.SEEK_SET));
        Assert.Equal("", Read(text, 10));
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.LSeek(text, -1, Native.SEEK_SET)));
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.LSeek(text, 0, Native.SEEK_END)));
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.LSeek(text, 0, Native.SEEK_DATA)));
        Assert.Equal(0, Native.LSeek(line, 0, Native.SEEK_END));
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.LSeek(line, -1, Native.SEEK_SET)));
        Assert.Equal(Fidelity.Expect("seek-far", side, Errno.EINVAL, Errno.None), ErrnoOf(Native.LSeek(line, 1L << 31, Native.SEEK_SET)));
        Assert.Equal(1L << 46, Native.LSeek(memory, 1L << 46, Native.SEEK_SET));
        Assert.Equal(Fidelity.Expect("seek-mem", side, -4096L, (long)-22), Native.LSeek(memory, -4096, Native.SEEK_SET));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Memory_is_read_at_its_address(Side side)
    {
        Actor actor = StartActor();
        string line = Native.Cat($"/proc/{actor.Id}/maps").Text.Split('\n')[0];
        long start = Convert.ToInt64(line.Split('-')[0], 16);
        byte[] buffer = new byte[4];
        Assert.Equal(4, Native.PRead(MustOpen(On(side)[$"{actor.Id}/mem"]), buffer, start));
        Assert.Equal([0x7f, (byte)'E', (byte)'L', (byte)'F'], buffer);
        Assert.Equal(Errno.EIO, ErrnoOf(Native.PRead(MustOpen(On(side)[$"{actor.Id}/mem"]), buffer, 4096)));
        Assert.Equal(8, Native.PRead(MustOpen(On(side)[$"{actor.Id}/pagemap"]), new byte[8], start / 4096 * 8));
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.PRead(MustOpen(On(side)[$"{actor.Id}/pagemap"]), new byte[7], start / 4096 * 8)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Poll_of_files(Side side)
    {
        Actor actor = StartActor();
        const short In = 1, Priority = 2, Out = 4;
        Assert.Equal(In | Out, Native.Poll(MustOpen(On(side)[$"{actor.Id}/stat"]), In | Out));
        Assert.Equal(In, Native.Poll(MustOpen(On(side)[$"{actor.Id}/comm"]), In));
        Assert.Equal(In | Out, Native.Poll(MustOpen(On(side)["uptime"]), In | Out));
        Assert.Equal(In, Native.Poll(MustOpen(On(side)[$"{actor.Id}/mountinfo"]), In | Priority));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Poll_of_mountinfo_tells_that_the_table_changed(Side side)
    {
        // In a mount namespace of the actor's own, so that nobody else's mounts disturb.
        Actor actor = StartActor("unshare", "--mount");
        const short Error = 8, Priority = 2;
        int descriptor = MustOpen(On(side)[$"{actor.Id}/mountinfo"]);
        Assert.Equal(0, Native.Poll(descriptor, Priority));
        Command.Check("nsenter", $"--mount=/proc/{actor.Id}/ns/mnt", "mount", "-t", "tmpfs", "none", "/mnt");
        Assert.Equal(Error | Priority, Native.Poll(descriptor, Priority));
        Assert.Equal(0, Native.Poll(descriptor, Priority));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Seeks_to_the_end_by_file(Side side)
    {
        Actor actor = StartActor();
        string process = $"{actor.Id}";
        foreach (string name in new[] { "cmdline", "environ", "auxv", "oom_adj", "oom_score_adj", "loginuid", "sessionid", "coredump_filter" })
        {
            Assert.Equal((name, 0L), (name, Native.LSeek(MustOpen(On(side)[$"{process}/{name}"]), 0, Native.SEEK_END)));
        }

        foreach (string name in new[] { "stat", "status", "maps", "mountinfo", "mem", "pagemap", "comm" })
        {
            Assert.Equal((name, Errno.EINVAL), (name, ErrnoOf(Native.LSeek(MustOpen(On(side)[$"{process}/{name}"]), 0, Native.SEEK_END))));
        }

        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.LSeek(MustOpen(On(side)["meminfo"]), 0, Native.SEEK_END)));
        Assert.Equal(0, Native.LSeek(MustOpen(On(side)["sys/kernel/pid_max"]), 0, Native.SEEK_END));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_size_of_zero_is_shown_and_does_not_end_a_copy(Side side)
    {
        // Each asked for its size on the way, by path and by descriptor.
        Actor actor = StartActor();
        Asleep(actor.Id);
        foreach (string path in new[] { On(side)[$"{actor.Id}/stat"], On(side)["version"] })
        {
            int descriptor = MustOpen(path);
            for (int round = 0; round < 2; round++)
            {
                Assert.Equal((path, 0), (path, ErrnoOf(Native.FStat(descriptor, out Status status)) == Errno.None ? status.Size : -1));
                string expected = Native.Cat(path).Text;
                Assert.Equal((path, expected), (path, Command.Check("busybox", "cat", path)));
                string copied = Command.Check("/usr/bin/python3", "-c", "import shutil,sys;shutil.copyfile(sys.argv[1],'/dev/shm/'+sys.argv[2]);print(open('/dev/shm/'+sys.argv[2]).read(),end='')", path, $"bobbin-copy-{Environment.ProcessId}");
                File.Delete($"/dev/shm/bobbin-copy-{Environment.ProcessId}");
                Assert.Equal((path, expected), (path, copied));
            }
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Calls_that_files_do_not_have(Side side)
    {
        Actor actor = StartActor();
        int file = MustOpen(On(side)[$"{actor.Id}/stat"]), entry = MustOpen(On(side)["uptime"]), mounts = MustOpen(On(side)[$"{actor.Id}/mounts"]);
        Assert.Equal(Fidelity.Expect("epoll", side, Errno.EPERM, Errno.None), ErrnoOf(Native.EpollAdd(file)));
        Assert.Equal(Errno.None, ErrnoOf(Native.EpollAdd(entry)));
        Assert.Equal(Errno.None, ErrnoOf(Native.EpollAdd(mounts)));
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.SendFile(file)));
        foreach (int other in new[] { entry, mounts })
        {
            Assert.Equal(Fidelity.Expect("sendfile", side, Errno.None, Errno.EINVAL), ErrnoOf(Native.SendFile(other)));
        }

        Assert.Equal(Fidelity.Expect("mmap", side, Errno.ENODEV, Errno.None), ErrnoOf(Native.MMap(file)));
        Assert.Equal(Fidelity.Expect("mmap", side, Errno.EIO, Errno.None), ErrnoOf(Native.MMap(entry)));
        Assert.Equal(Errno.ENOTTY, ErrnoOf(Native.IoCtl(file, 0x5401)));
        Assert.Equal(Errno.ENOTTY, ErrnoOf(Native.IoCtl(entry, 0x5401)));
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.FSync(file)));
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.FSync(entry)));
    }
}
