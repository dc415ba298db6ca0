using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Bobbin.Tests.Fuse;

/// <summary>The ways to mount, and what they say when they cannot.</summary>
[Collection("a FUSE server in this process")]
public sealed class FuseMountTests(Subjects subjects) : LiveTest(subjects)
{
    [Fact]
    public void Directly_with_the_options_asked_for()
    {
        Served served = Own(new Served(mount: root => Direct(root, new FuseMountOptions { Source = "a name", AllowOther = true, ReadOnly = true })));
        Assert.Equal("content\n", Command.Check("cat", served["file"]));
        string[] words = Mounted(served.Root);
        Assert.Equal("a\\040name", words[0]);
        Assert.Equal("fuse", words[2]);
        Assert.Equal(["ro", "nosuid", "nodev", "relatime", "user_id=0", "group_id=0", "allow_other"], words[3].Split(','));
    }

    [Fact]
    public void Detached_and_attached_later()
    {
        Served served = Own(new Served(mount: root =>
        {
            SafeFileHandle device = FuseMount.OpenDevice();
            using SafeFileHandle mount = FuseMount.MountDetached(device, new FuseMountOptions { AllowOther = true });
            FuseMount.Attach(mount, root);
            return device;
        }));
        Assert.Equal("content\n", Command.Check("cat", served["file"]));
        string[] words = Mounted(served.Root);
        Assert.Equal(("bobbin", "fuse"), (words[0], words[2]));
        Assert.Equal(["rw", "nosuid", "nodev", "relatime", "user_id=0", "group_id=0", "allow_other"], words[3].Split(','));
    }

    [Fact]
    public void By_fusermount3()
    {
        Assert.SkipWhen(Fusermount.Find() is null, "no fusermount3");
        Served served = Own(new Served(mount: root => Fusermount.Mount(root, new FuseMountOptions { Source = "x,y" })));
        Assert.Equal("content\n", Command.Check("cat", served["file"]));
        Assert.Equal("x,y", Mounted(served.Root)[0]);
        Fusermount.Unmount(served.Root);
        Assert.True(served.Server.Wait(TimeSpan.FromSeconds(20)), "the server ends");
        Assert.Equal(0, served.Server.ThreadCount);
    }

    [Fact]
    public void Fusermount3_says_in_its_own_words_why_not()
    {
        Assert.SkipWhen(Fusermount.Find() is null, "no fusermount3");
        FusermountException missing = Assert.Throws<FusermountException>(() => Fusermount.Mount("/nowhere"));
        Assert.Equal("fusermount3: failed to access mountpoint /nowhere: No such file or directory", missing.Message);
        FusermountException free = Assert.Throws<FusermountException>(() => Fusermount.Unmount(Scratch.MakeFolder("free")));
        Assert.StartsWith("fusermount3: ", free.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Directly_says_what_and_where_it_failed()
    {
        using SafeFileHandle device = FuseMount.OpenDevice();
        LinuxException missing = Assert.Throws<LinuxException>(() => FuseMount.Mount(device, "/nowhere"));
        Assert.Equal((Errno.ENOENT, "mount", "/nowhere"), (missing.Errno, missing.Call, missing.Subject));
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => FuseMount.Unmount(Scratch.MakeFolder("free"))).Errno);
    }

    private static SafeFileHandle Direct(string root, FuseMountOptions options)
    {
        SafeFileHandle device = FuseMount.OpenDevice();
        FuseMount.Mount(device, root, options);
        return device;
    }

    private static string[] Mounted(string root) =>
        File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')).Single(words => words[1] == root);
}
