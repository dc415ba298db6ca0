using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>Registers the entries of the root that generated content has. A file more is a line more.</summary>
internal static class StaticFiles
{
    private const uint R = 0x124;       // r--r--r--
    private const uint OwnerRW = 0x1A4; // rw-r--r--

    public static void Register(StaticDirectory root, ITaskRecords records)
    {
        Machine(root, "stat"u8, R, records, MachineStatFile.Write);
        Machine(root, "meminfo"u8, R, records, MeminfoFile.Write);
        Machine(root, "cpuinfo"u8, R, records, CpuinfoFile.Write);
        Machine(root, "uptime"u8, R, records, UptimeFile.Write);
        Machine(root, "loadavg"u8, R, records, LoadavgFile.Write);
        Machine(root, "version"u8, R, records, VersionFile.Write);
        Machine(root, "filesystems"u8, R, records, FilesystemsFile.Write);
        Machine(root, "vmstat"u8, R, records, VmstatFile.Write);
        Machine(root, "swaps"u8, R, records, SwapsFile.Write);
        root.AddFile("diskstats"u8, R, static (ref _) => { });
        root.AddFile("locks"u8, R, static (ref _) => { });
        root.AddFile("cmdline"u8, R, static (ref text) => text.Line());
        root.AddLink("mounts"u8, "self/mounts"u8);
        root.AddLink("net"u8, "self/net"u8);
        root.AddDirectory("fs"u8);
        root.AddDirectory("tty"u8).AddFile("drivers"u8, R, static (ref text) => TtyDriversFile.Write(ref text));
        RegisterSys(root.AddDirectory("sys"u8), records);
    }

    private static void RegisterSys(StaticDirectory sys, ITaskRecords records)
    {
        StaticDirectory kernel = sys.AddDirectory("kernel"u8);
        Machine(kernel, "ostype"u8, R, records, static (in machine, ref text) => text.Literal(machine.System.Name.Span).Line());
        Machine(kernel, "osrelease"u8, R, records, static (in machine, ref text) => text.Literal(machine.System.Release.Span).Line());
        Machine(kernel, "version"u8, R, records, static (in machine, ref text) => text.Literal(machine.System.Version.Span).Line());
        Machine(kernel, "hostname"u8, OwnerRW, records, static (in machine, ref text) => text.Literal(machine.System.HostName.Span).Line());
        Machine(kernel, "domainname"u8, OwnerRW, records, static (in machine, ref text) => text.Literal(machine.System.DomainName.Span).Line());
        Machine(kernel, "pid_max"u8, OwnerRW, records, static (in machine, ref text) => text.Number(machine.System.PidMax).Line());
        Machine(kernel, "threads-max"u8, OwnerRW, records, static (in machine, ref text) => text.Number(machine.System.ThreadsMax).Line());
        kernel.AddFile("cap_last_cap"u8, R, static (ref text) => text.Number((int)Capability.CAP_CHECKPOINT_RESTORE).Line());
        kernel.AddFile("ngroups_max"u8, R, static (ref text) => text.Literal("65536\n"u8));
        kernel.AddFile("overflowuid"u8, OwnerRW, static (ref text) => text.Literal("65534\n"u8));
        kernel.AddFile("overflowgid"u8, OwnerRW, static (ref text) => text.Literal("65534\n"u8));

        StaticDirectory memory = sys.AddDirectory("vm"u8);
        memory.AddFile("overcommit_memory"u8, OwnerRW, static (ref text) => text.Literal("0\n"u8));
        memory.AddFile("min_free_kbytes"u8, OwnerRW, static (ref text) => text.Literal("67584\n"u8));
    }

    private static void Machine(StaticDirectory directory, ReadOnlySpan<byte> name, uint permissions, ITaskRecords records, MachineText write) =>
        directory.AddFile(name, permissions, (ref text) =>
        {
            records.GetMachine(out MachineRecord machine);
            write(machine, ref text);
        });

    private delegate void MachineText(in MachineRecord machine, ref ProcText text);
}
