using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

// The machine.
internal static unsafe partial class Libc
{
    /// <summary><c>struct sysinfo</c> (<c>include/uapi/linux/sysinfo.h</c>).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SystemInformation
    {
        public nint Uptime;
        public fixed ulong Loads[3];
        public ulong TotalMemory, FreeMemory, SharedMemory, BufferMemory, TotalSwap, FreeSwap;
        public ushort Processes;
        public ulong TotalHigh, FreeHigh;
        public uint Unit;
        private readonly ulong _reserved;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int sysinfo(SystemInformation* information);

    /// <summary>Bytes of memory that the machine has (sysinfo(2)).</summary>
    public static ulong MemoryBytes()
    {
        SystemInformation information;
        return sysinfo(&information) == 0 ? information.TotalMemory * Math.Max(1, information.Unit) : 0;
    }
}
