using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Linux;

/// <summary>The structures and constants of the Linux room against the C headers.</summary>
public class AbiTests
{
    [Fact]
    public void Statx_is_the_kernels()
    {
        Statx s = default;
        StatxTimestamp t = default;
        new CLayout("linux/stat.h")
            .Size<Statx>("struct statx").Size<StatxTimestamp>("struct statx_timestamp")
            .Field("struct statx", "stx_mask", s, s.Mask).Field("struct statx", "stx_blksize", s, s.BlockSize)
            .Field("struct statx", "stx_attributes", s, s.Attributes).Field("struct statx", "stx_nlink", s, s.Links)
            .Field("struct statx", "stx_uid", s, s.UserId).Field("struct statx", "stx_gid", s, s.GroupId)
            .Field("struct statx", "stx_mode", s, s.Mode).Field("struct statx", "stx_ino", s, s.Inode)
            .Field("struct statx", "stx_size", s, s.Size).Field("struct statx", "stx_blocks", s, s.Blocks)
            .Field("struct statx", "stx_attributes_mask", s, s.AttributesMask)
            .Field("struct statx", "stx_atime", s, s.Accessed).Field("struct statx", "stx_btime", s, s.Born)
            .Field("struct statx", "stx_ctime", s, s.Changed).Field("struct statx", "stx_mtime", s, s.Modified)
            .Field("struct statx", "stx_rdev_major", s, s.SpecialDeviceMajor).Field("struct statx", "stx_dev_minor", s, s.DeviceMinor)
            .Field("struct statx", "stx_mnt_id", s, s.MountId)
            .Field("struct statx_timestamp", "tv_sec", t, t.Seconds).Field("struct statx_timestamp", "tv_nsec", t, t.Nanoseconds)
            .Constant("STATX_BASIC_STATS", Statx.BasicStats).Constant("STATX_INO", Statx.InodeOnly).Constant("STATX_MNT_ID", Statx.MountIdMask)
            .Check();
    }

    [Fact]
    public void Small_structures_are_the_kernels()
    {
        OpenHow how = default;
        MountAttr mount = default;
        CapabilityData capabilities = default;
        PollDescriptor poll = default;
        new CLayout("linux/openat2.h", "linux/mount.h", "linux/capability.h", "sys/poll.h", "sys/epoll.h", "sys/resource.h", "sys/statfs.h")
            .Size<OpenHow>("struct open_how").Field("struct open_how", "mode", how, how.Mode).Field("struct open_how", "resolve", how, how.Resolve)
            .Size<MountAttr>("struct mount_attr").Field("struct mount_attr", "attr_clr", mount, mount.Clear)
            .Field("struct mount_attr", "userns_fd", mount, mount.UserNamespace)
            .Size<CapabilityHeader>("struct __user_cap_header_struct")
            .Size<CapabilityData>("struct __user_cap_data_struct")
            .Field("struct __user_cap_data_struct", "inheritable", capabilities, capabilities.Inheritable)
            .Size<PollDescriptor>("struct pollfd").Field("struct pollfd", "revents", poll, poll.Ready)
            .Size<ResourceLimit>("struct rlimit64")
            .That($"sizeof(struct epoll_event) == {Libc.EpollEventSize}")
            .That("sizeof(struct statfs) <= 256").That("offsetof(struct statfs, f_type) == 0").That("sizeof(((struct statfs *)0)->f_type) == 8")
            .Constant("_LINUX_CAPABILITY_VERSION_3", CapabilityHeader.Version3)
            .Constant("RESOLVE_BENEATH", (long)ResolveFlags.Beneath).Constant("RESOLVE_NO_MAGICLINKS", (long)ResolveFlags.NoMagicLinks)
            .Constant("RESOLVE_NO_SYMLINKS", (long)ResolveFlags.NoSymlinks).Constant("RESOLVE_IN_ROOT", (long)ResolveFlags.InRoot)
            .Check();
    }

    [Fact]
    public void Numbers_and_flags_are_the_kernels()
    {
        new CLayout("sys/syscall.h", "fcntl.h", "linux/magic.h", "linux/mount.h", "sched.h", "sys/prctl.h", "linux/prctl.h", "sys/resource.h")
            .Constant("SYS_pidfd_send_signal", SystemCall.PidfdSendSignal).Constant("SYS_open_tree", SystemCall.OpenTree)
            .Constant("SYS_move_mount", SystemCall.MoveMount).Constant("SYS_fsopen", SystemCall.Fsopen)
            .Constant("SYS_fsconfig", SystemCall.Fsconfig).Constant("SYS_fsmount", SystemCall.Fsmount).Constant("SYS_fspick", SystemCall.Fspick)
            .Constant("SYS_pidfd_open", SystemCall.PidfdOpen).Constant("SYS_openat2", SystemCall.Openat2)
            .Constant("SYS_pidfd_getfd", SystemCall.PidfdGetfd).Constant("SYS_mount_setattr", SystemCall.MountSetattr)
            .Constant("SYS_getgroups", SystemCall.Getgroups).Constant("SYS_setgroups", SystemCall.Setgroups)
            .Constant("SYS_setresuid", SystemCall.Setresuid).Constant("SYS_setresgid", SystemCall.Setresgid)
            .Constant("SYS_capget", SystemCall.Capget).Constant("SYS_capset", SystemCall.Capset)
            .Constant("SYS_gettid", SystemCall.Gettid).Constant("SYS_tgkill", SystemCall.Tgkill)
            .Constant("O_CREAT", OpenFlags.Create).Constant("O_TRUNC", OpenFlags.Truncate).Constant("O_NONBLOCK", OpenFlags.NonBlocking)
            .Constant("O_CLOEXEC", OpenFlags.CloseOnExec).Constant("O_PATH", OpenFlags.PathOnly).Constant("O_EXCL", OpenFlags.Exclusive)
            .Constant("O_DIRECT", OpenFlags.Direct).Constant("O_DIRECTORY", OpenFlags.Directory).Constant("O_NOFOLLOW", OpenFlags.NoFollow)
            .Constant("AT_EMPTY_PATH", At.EmptyPath).Constant("AT_SYMLINK_NOFOLLOW", At.SymlinkNoFollow).Constant("AT_RECURSIVE", At.Recursive)
            .Constant("AT_EACCESS", At.EffectiveAccess).Constant("AT_REMOVEDIR", At.RemoveDirectory)
            .Constant("PROC_SUPER_MAGIC", FileSystemMagic.Proc)
            .Constant("OPEN_TREE_CLONE", (long)OpenTreeFlags.Clone).Constant("MOVE_MOUNT_F_EMPTY_PATH", (long)MoveMountFlags.FromEmptyPath)
            .Constant("MOVE_MOUNT_T_EMPTY_PATH", (long)MoveMountFlags.ToEmptyPath).Constant("MOUNT_ATTR_RDONLY", (long)MountAttributes.ReadOnly)
            .Constant("MOUNT_ATTR_NOEXEC", (long)MountAttributes.NoExecute).Constant("MS_BIND", (long)MountFlags.Bind)
            .Constant("MS_PRIVATE", (long)MountFlags.Private).Constant("MS_REC", (long)MountFlags.Recursive)
            .Constant("FSCONFIG_SET_FLAG", 0).Constant("FSCONFIG_SET_STRING", 1).Constant("FSCONFIG_SET_FD", 5).Constant("FSCONFIG_CMD_CREATE", 6)
            .Constant("CLONE_NEWNS", (long)Namespaces.Mount).Constant("CLONE_NEWUSER", (long)Namespaces.User).Constant("CLONE_NEWPID", (long)Namespaces.Pid)
            .Constant("PR_SET_DUMPABLE", (long)ProcessControl.SetDumpable).Constant("PR_SET_NO_NEW_PRIVS", (long)ProcessControl.SetNoNewPrivileges)
            .Constant("RLIMIT_NOFILE", ResourceLimit.OpenFiles)
            .Check();
    }
}
