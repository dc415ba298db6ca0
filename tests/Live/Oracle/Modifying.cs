using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Attempts to change the tree, as root.</summary>
public class Modifying(Subjects subjects) : LiveTest(subjects)
{
    [Theory, MemberData(nameof(Sides))]
    public void Nothing_can_be_made(Side side)
    {
        foreach (string folder in new[] { "", "1", "1/task", "1/fd", "sys", "sys/kernel", "self" })
        {
            string path = On(side)[folder] + "/new";
            Assert.Equal((path, Errno.ENOENT), (path, ErrnoOf(Native.MkDirAt(Native.AT_FDCWD, path))));
            Assert.Equal((path, Errno.ENOENT), (path, ErrnoOf(Native.Open(path, Native.O_CREAT | Native.O_WRONLY, 0x1A4))));
            Assert.Equal((path, Errno.ENOENT), (path, ErrnoOf(Native.SymLink("x", path))));
            Assert.Equal((path, Errno.ENOENT), (path, ErrnoOf(Native.Link(On(side)["uptime"], path))));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void What_exists_may_be_opened_with_O_CREAT(Side side)
    {
        int descriptor = MustOpen(On(side)["uptime"], Native.O_CREAT);
        Assert.True(Native.Read(descriptor, new byte[100]) > 0);
        Assert.Equal(Errno.EEXIST, ErrnoOf(Native.Open(On(side)["uptime"], Native.O_CREAT | Native.O_EXCL)));
        Assert.Equal(Errno.EEXIST, ErrnoOf(Native.MkDirAt(Native.AT_FDCWD, On(side)["uptime"])));
        Assert.Equal(Errno.EEXIST, ErrnoOf(Native.MkDirAt(Native.AT_FDCWD, On(side)["1"])));
        Assert.Equal(Errno.EEXIST, ErrnoOf(Native.SymLink("x", On(side)["self"])));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Nothing_can_be_removed_or_renamed(Side side)
    {
        Actor actor = StartActor();
        foreach (string path in new[] { "uptime", "self", $"{actor.Id}/comm", "sys/kernel/ostype" })
        {
            // The directories of sys/ refuse writing to root, too, before anybody looks at the name.
            Errno expected = path.StartsWith("sys/", StringComparison.Ordinal) ? Errno.EACCES : Errno.EPERM;
            Assert.Equal((path, expected), (path, ErrnoOf(Native.UnlinkAt(Native.AT_FDCWD, On(side)[path]))));
        }

        foreach (string path in new[] { $"{actor.Id}", $"{actor.Id}/task", "sys", "fs" })
        {
            Assert.Equal((path, Errno.EPERM), (path, ErrnoOf(Native.UnlinkAt(Native.AT_FDCWD, On(side)[path], Native.AT_REMOVEDIR))));
        }

        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.UnlinkAt(Native.AT_FDCWD, On(side)["nobody"])));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.UnlinkAt(Native.AT_FDCWD, On(side)["nobody"], Native.AT_REMOVEDIR)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Rename(On(side)["uptime"], On(side)["new"])));
        Assert.Equal(Errno.EPERM, ErrnoOf(Native.Rename(On(side)["uptime"], On(side)["version"])));
        Assert.Equal(Errno.EACCES, ErrnoOf(Native.Rename(On(side)["sys/kernel/ostype"], On(side)["sys/kernel/osrelease"])));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Rename(On(side)["sys/kernel/ostype"], On(side)["sys/kernel/nothing"])));
        Assert.Equal(Errno.EACCES, ErrnoOf(Native.UnlinkAt(Native.AT_FDCWD, On(side)["sys/kernel"], Native.AT_REMOVEDIR)));
        Assert.Equal((0, 0), (Native.LStat(On(side)["uptime"], out _), Native.LStat(On(side)["version"], out _)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Modes_cannot_be_changed(Side side)
    {
        Actor actor = StartActor();
        foreach (string path in new[] { "", "uptime", $"{actor.Id}", $"{actor.Id}/comm", $"{actor.Id}/task", "sys/kernel/ostype", "self/comm" })
        {
            Native.Stat(On(side)[path], out Status before);
            Errno expected = path is "" or "uptime" ? Fidelity.Expect("chmod-static", side, Errno.None, Errno.EPERM) : Errno.EPERM;
            Errno found = ErrnoOf(Native.ChMod(On(side)[path], before.Permissions));
            Assert.Equal((path, expected), (path, found));
            Native.Stat(On(side)[path], out Status after);
            Assert.Equal(before.Mode, after.Mode);
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Owners_and_times_of_task_directories_are_immutable(Side side)
    {
        Actor actor = StartActor();
        string folder = On(side)[$"{actor.Id}"];
        Assert.Equal(Errno.EPERM, ErrnoOf(Native.ChOwn(folder, 1000, 1000)));
        Assert.Equal(Errno.EPERM, ErrnoOf(Native.UTimeNow(folder)));
        Assert.Equal(Errno.None, ErrnoOf(Native.UTimeNow(folder + "/comm")));
        Assert.Equal(Errno.None, ErrnoOf(Native.ChOwn(folder + "/comm", 1000, 1000)));
        Native.Stat(folder + "/comm", out Status status);
        Assert.Equal((0u, 0u), (status.Uid, status.Gid));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Truncating_does_nothing(Side side)
    {
        Actor actor = StartActor();
        string comm = On(side)[$"{actor.Id}/comm"];
        Assert.Equal(0, Native.Truncate(comm));
        MustOpen(comm, Native.O_WRONLY | Native.O_TRUNC);
        Assert.Equal((0, "actor\n"), Native.Cat(comm));
    }

    [Theory, MemberData(nameof(Sides))]
    public void There_are_no_extended_attributes(Side side)
    {
        foreach (string path in new[] { "", "1", "1/status", "uptime", "1/task", "sys", "sys/kernel/ostype" })
        {
            Assert.Equal((path, Errno.None), (path, ErrnoOf(Native.ListXAttr(On(side)[path]))));
            Assert.Equal((path, Errno.EOPNOTSUPP), (path, ErrnoOf(Native.GetXAttr(On(side)[path], "user.x"))));
            // A task's directory is immutable, which comes first.
            Errno expected = path == "1" ? Errno.EPERM : path.StartsWith("sys", StringComparison.Ordinal) ? Errno.EACCES : Errno.EOPNOTSUPP;
            Assert.Equal((path, expected), (path, ErrnoOf(Native.SetXAttr(On(side)[path], "user.x"))));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Access_says_what_root_may_do(Side side)
    {
        Actor actor = StartActor();
        string folder = On(side)[$"{actor.Id}"];
        (string Path, int Mask, Errno Expected)[] cases =
        [
            (folder + "/comm", 4, Errno.None), (folder + "/comm", 2, Errno.None), (folder + "/comm", 1, Errno.EACCES),
            (folder + "/stat", 2, Errno.None), (folder, 5, Errno.None), (folder, 2, Errno.EPERM),
            (On(side).Root, 5, Errno.None), (On(side).Root, 2, Errno.None), (On(side)["uptime"], 4, Errno.None), (On(side)["uptime"], 1, Errno.EACCES),
            (folder + "/nobody", 0, Errno.ENOENT),
        ];
        foreach ((string path, int mask, Errno expected) in cases)
        {
            Assert.Equal((path, mask, expected), (path, mask, ErrnoOf(Native.Access(path, mask))));
        }
    }
}
