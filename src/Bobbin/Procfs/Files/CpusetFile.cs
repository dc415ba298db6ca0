namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/cpuset. Kernel: kernel/cgroup/cpuset-v1.c, proc_cpuset_show(). Records have no cpusets: all is in the root one.</summary>
internal static class CpusetFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => text.Literal("/\n"u8);
}
