using System.Text;
using Bobbin.Cli.Explaining;
using Bobbin.Cli.Launch;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Sources;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Cli.Checks;

/// <summary>What works on this machine, for this user.</summary>
internal static class Machine
{
    /// <summary>Every row, in the order in which they matter.</summary>
    public static IReadOnlyList<Finding> Examine()
    {
        bool root = !UserNamespace.IsNeeded();
        return
        [
            Kernel(),
            Device(root),
            Privilege(root),
            UserNamespaces(root),
            FusermountProgram(root),
            IoUring(),
            OwnProcfs(root),
            LinkPlace(),
            Ends(),
            Reader(),
            BpfTypes(),
            Probes(),
            Tracefs(),
            Lockdown(),
            Yama(),
            ProcMount(),
        ];
    }

    private static Finding Kernel()
    {
        // Containers hide files of /proc; the system call has the numbers at least.
        string release = ReadText("/proc/sys/kernel/osrelease") is { Length: > 0 } text ? text : Environment.OSVersion.Version.ToString(3);
        string[] parts = release.Split('.', '-');
        bool known = parts.Length > 1 && int.TryParse(parts[0], out _) && int.TryParse(parts[1], out _);
        int version = known ? (int.Parse(parts[0]) * 1000) + int.Parse(parts[1]) : 0;
        return version >= 5002
            ? new("kernel", FindingState.Ok, release + (version >= 6018 ? "" : version >= 6009 ? "; --pidns needs 6.18" : "; thread pidfds need 6.9, --pidns 6.18"))
            : new("kernel", FindingState.Broken, release, "FUSE protocol 7.31 and the mount calls need Linux 5.2");
    }

    private static Finding Device(bool root)
    {
        Errno error = Errno.None;
        try
        {
            FuseMount.OpenDevice().Dispose();
        }
        catch (LinuxException e)
        {
            error = e.Errno;
        }

        return error switch
        {
            Errno.None => new("/dev/fuse", FindingState.Ok, "opens for reading and writing"),
            Errno.EACCES or Errno.EPERM => new("/dev/fuse", FindingState.Broken, error.Describe(),
                root ? "a device cgroup of this container forbids it: --device /dev/fuse" : "as root: chmod 0666 /dev/fuse"),
            _ => new("/dev/fuse", FindingState.Broken, error.Describe(), "as root: modprobe fuse; in a container: --device /dev/fuse"),
        };
    }

    private static Finding Privilege(bool root) => root
        ? new("mounting", FindingState.Ok, "CAP_SYS_ADMIN: run and mount need no help")
        : new("mounting", FindingState.Absent, "no CAP_SYS_ADMIN", "run uses a user namespace, mount uses fusermount3; owners that the namespace cannot map show as 65534, and set-uid programs are inert inside");

    private static Finding UserNamespaces(bool root)
    {
        string forbidden = string.Join(", ", Restrictions.Found().Select(one => $"{one.Setting}={one.Is}"));
        if (forbidden.Length == 0 && (root || UserNamespace.CanUse()))
        {
            return new("user namespaces", FindingState.Ok, root ? "no setting forbids them" : "this user can make one");
        }

        return new("user namespaces", root ? FindingState.Absent : FindingState.Broken,
            forbidden.Length > 0 ? forbidden : "this user cannot make one", $"ordinary users cannot run; {Restrictions.Explain()}");
    }

    private static Finding FusermountProgram(bool root) => Fusermount.Find() is string path
        ? new("fusermount3", FindingState.Ok, path)
        : new("fusermount3", root ? FindingState.Absent : FindingState.Broken, "not installed", "ordinary users cannot mount; install the package fuse3");

    private static Finding IoUring()
    {
        string enabled = ReadText("/sys/module/fuse/parameters/enable_uring");
        return enabled == "Y"
            ? new("FUSE over io_uring", FindingState.Ok, "enabled")
            : new("FUSE over io_uring", FindingState.Absent, enabled.Length == 0 ? Without("not in this kernel (6.14)") : "off",
                enabled.Length == 0 ? "" : "as root: echo Y > /sys/module/fuse/parameters/enable_uring");
    }

    private static Finding OwnProcfs(bool root)
    {
        Errno error = Live.LiveProcfs.Create(new ProcView(), -1, out int mount);
        Libc.Close(error == Errno.None ? mount : -1);
        return error == Errno.None
            ? new("procfs of our own", FindingState.Ok, "fsopen, fsmount")
            : new("procfs of our own", FindingState.Absent, error.Describe(), root
                ? "this machine's /proc is read instead; --hidepid, --subset and --pidns need one"
                : "only root can make one: this machine's /proc is read instead");
    }

    private static Finding LinkPlace() => KernelProcfs.FindPlace() is { Length: > 0 } place
        ? new("links to pipes, sockets", FindingState.Ok, $"kept at {place} inside run")
        : new("links to pipes, sockets", FindingState.Absent, "no directory to keep the kernel's procfs at", "mount sysfs on /sys");

    private static Finding Ends()
    {
        using BpfExits? ends = BpfExits.TryOpen(out string reason);
        return ends is not null
            ? new("ends of tasks by BPF", FindingState.Ok, BpfExits.Reason)
            : new("ends of tasks by BPF", FindingState.Absent, reason, "pidfds tell them instead, for the tasks that are looked at");
    }

    private static Finding Reader()
    {
        try
        {
            using Snapshots.ITaskReader reader = TaskReaders.Open(ReaderChoice.Auto, out string reason);
            return reader.Name == "bpf"
                ? new("reader of ps", FindingState.Ok, reason)
                : new("reader of ps", FindingState.Absent, reason, "slower, with the same values");
        }
        catch (LinuxException failure)
        {
            return new("reader of ps", FindingState.Absent, Text.Printable.Escape(failure.Message), "mount a procfs on /proc");
        }
    }

    private static Finding BpfTypes() => File.Exists(Btf.KernelPath)
        ? new("BTF", FindingState.Ok, Btf.KernelPath)
        : new("BTF", FindingState.Absent, $"no {Btf.KernelPath}", Without("the kernel was built without CONFIG_DEBUG_INFO_BTF"));

    private static Finding Probes()
    {
        bool there = Directory.Exists("/sys/bus/event_source/devices/kprobe");
        return there
            ? new("kprobes", FindingState.Ok, "perf event source kprobe")
            : new("kprobes", FindingState.Absent, Without("not in this kernel"), Without("the kernel was built without CONFIG_KPROBES") + "; tracepoints and uprobes do without");
    }

    private static Finding Tracefs()
    {
        string? place = new[] { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" }.FirstOrDefault(path => MountTable.At(path) is { Type: "tracefs" });
        return place is not null
            ? new("tracefs", FindingState.Ok, place)
            : new("tracefs", FindingState.Absent, "not mounted", "as root: mount -t tracefs tracefs /sys/kernel/tracing");
    }

    private static Finding Lockdown()
    {
        string modes = ReadText("/sys/kernel/security/lockdown");
        int from = modes.IndexOf('[', StringComparison.Ordinal), to = modes.IndexOf(']', StringComparison.Ordinal);
        string mode = from >= 0 && to > from ? modes[(from + 1)..to] : "";
        return mode switch
        {
            "" => new("lockdown", FindingState.Ok, "not there"),
            "none" => new("lockdown", FindingState.Ok, "none"),
            "integrity" => new("lockdown", FindingState.Absent, mode, "tracing programs may not write memory or override returns"),
            _ => new("lockdown", FindingState.Absent, mode, "BPF programs may not read kernel memory: no tracing"),
        };
    }

    private static Finding Yama()
    {
        long scope = TaskFiles.ReadNumber("/proc/sys/kernel/yama/ptrace_scope");
        return scope switch
        {
            < 0 => new("Yama", FindingState.Ok, "not there"),
            0 => new("Yama", FindingState.Ok, "kernel.yama.ptrace_scope=0"),
            _ => new("Yama", FindingState.Absent, $"kernel.yama.ptrace_scope={scope}", "users cannot trace their own processes, on the kernel's /proc and on Bobbin's"),
        };
    }

    private static Finding ProcMount()
    {
        MountEntry? proc = MountTable.At("/proc");
        string options = string.Join(',', proc?.Options.Split(',').Where(option => option is not ("rw" or "ro")) ?? []);
        return proc switch
        {
            null => new("/proc", FindingState.Absent, "not a mount of its own", "in a chroot: mount -t proc proc /proc"),
            { IsBobbin: true } => new("/proc", FindingState.Ok, "Bobbin's"),
            _ => new("/proc", FindingState.Ok, options.Length > 0 ? $"{proc.Type}, {options}" : proc.Type),
        };
    }

    // What is looked for in /sys is not to be called absent from the kernel where there is no /sys.
    private static string Without(string conclusion) => Directory.Exists("/sys/kernel") ? conclusion : "no sysfs is mounted on /sys";

    private static string ReadText(string path)
    {
        try
        {
            return Text.Printable.Escape(File.ReadAllText(path, Encoding.UTF8).Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
