using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>What stat(2) and statfs(2) say of the root and of static entries.</summary>
public class RootAttributes(Subjects subjects) : LiveTest(subjects)
{
    [Theory, MemberData(nameof(Sides))]
    public void The_root_is_inode_1_readable_and_empty(Side side)
    {
        Assert.Equal(0, Native.Stat(On(side).Root, out Status status));
        Assert.Equal((FileType.Directory | 0x16D, 0u, 0u, 1ul, 0L, 0L), (status.Mode, status.Uid, status.Gid, status.Inode, status.Size, status.Blocks));
        Assert.Equal(1024u, status.BlockSize);
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_roots_links_count_the_process_groups_of_the_machine(Side side)
    {
        Assert.Equal(0, Native.Stat(On(side).Root, out Status status));
        int listed = Listing.Ids(Listing.Read(On(side).Root).Records).Count;
        // Others are born and die meanwhile.
        Assert.InRange((int)status.Links, listed / 2, (listed * 2) + 1000);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Every_mount_is_a_device_of_its_own(Side side)
    {
        Native.Stat(On(side).Root, out Status one);
        Native.Stat("/proc", out Status other);
        Assert.NotEqual(one.Device, other.Device);
        Native.Stat(On(side)["uptime"], out Status file);
        Assert.Equal(one.Device, file.Device);
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_file_system_has_no_size(Side side)
    {
        foreach (string path in new[] { "", "uptime", "1", "1/status" })
        {
            Assert.Equal(0, Native.StatFs(On(side)[path], out var status));
            Assert.Equal((4096, 0, 255, 4096), (status.BlockSize, status.Counts, status.NameLength, status.FragmentSize));
            Assert.Equal(Fidelity.Expect("fs-type", side, 0x9fa0L, 0x65735546L), status.Type);
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Static_links_have_the_length_of_their_text(Side side)
    {
        Assert.Equal(0, Native.LStat(On(side)["mounts"], out Status mounts));
        Assert.Equal((FileType.Link | 0x1FF, 11L, 1u), (mounts.Mode, mounts.Size, mounts.Links));
        Assert.Equal(0, Native.LStat(On(side)["net"], out Status net));
        Assert.Equal((FileType.Link | 0x1FF, 8L, 1u), (net.Mode, net.Size, net.Links));
        Assert.True(Native.ReadLink(On(side)["mounts"], out string text) == 11 && text == "self/mounts");
        Assert.True(Native.ReadLink(On(side)["net"], out text) == 8 && text == "self/net");
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_self_links_have_no_length(Side side)
    {
        foreach (string name in new[] { "self", "thread-self" })
        {
            Assert.Equal(0, Native.LStat(On(side)[name], out Status status));
            Assert.Equal((FileType.Link | 0x1FF, 0L, 1u, 0u, 0u), (status.Mode, status.Size, status.Links, status.Uid, status.Gid));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_static_inode_numbers_are_the_kernels_constants(Side side)
    {
        Native.LStat("/proc/self", out Status kernel);
        Native.LStat(On(side)["self"], out Status status);
        Assert.Equal(kernel.Inode, status.Inode);
        Native.LStat("/proc/thread-self", out kernel);
        Native.LStat(On(side)["thread-self"], out status);
        Assert.Equal(kernel.Inode, status.Inode);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Static_files_say_what_the_kernel_says(Side side)
    {
        foreach (string name in new[] { "version", "filesystems", "cmdline", "devices", "misc", "sys/kernel/ostype", "sys/kernel/osrelease", "sys/kernel/pid_max",
            "sys/kernel/hostname", "sys/fs/pipe-max-size", "tty/drivers", "cpuinfo" })
        {
            (int error, string text) = Native.Cat(On(side)[name]);
            (int expectedError, string expected) = Native.Cat($"/proc/{name}");
            if (name == "cpuinfo")
            {
                text = string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("cpu MHz", StringComparison.Ordinal)));
                expected = string.Join('\n', expected.Split('\n').Where(line => !line.StartsWith("cpu MHz", StringComparison.Ordinal)));
            }

            Assert.Equal((name, expectedError, expected), (name, error, text));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_tree_below_sys_is_the_kernels(Side side)
    {
        foreach (string name in new[] { "sys", "sys/kernel", "sys/fs", "sys/vm", "fs", "irq", "tty", "sysvipc" })
        {
            List<string> names = Listing.Names(On(side)[name]);
            List<string> expected = Listing.Names($"/proc/{name}");
            if (name == "fs" && side == Side.Bobbin)
            {
                // Counters and options of the mount itself.
                Assert.Contains(Fidelity.Expect("own-files", side, "", "bobbin"), names);
                names.Remove("bobbin");
            }

            Assert.Equal((name, string.Join(' ', expected)), (name, string.Join(' ', names)));
        }
    }
}
