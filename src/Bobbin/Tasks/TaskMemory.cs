namespace Bobbin.Tasks;

/// <summary>One area of a task's memory: a line of /proc/PID/maps.</summary>
/// <param name="Start">First address.</param>
/// <param name="End">First address behind it.</param>
/// <param name="Permissions">As maps prints them, four bytes: <c>r-xp</c>.</param>
/// <param name="Offset">Into the file, in bytes.</param>
/// <param name="Device">The file's device: major in bits 8 to 19, minor in bits 0 to 7 and 20 to 31 (<c>new_encode_dev</c>).</param>
/// <param name="Inode">The file's inode number; 0 where there is no file.</param>
/// <param name="Path">The file's path, or <c>[heap]</c> and its like, or empty.</param>
public sealed record MemoryArea(
    ulong Start, ulong End, ReadOnlyMemory<byte> Permissions, ulong Offset, uint Device, ulong Inode, ReadOnlyMemory<byte> Path);

/// <summary>
/// An address space (<c>struct mm_struct</c>), shared by the threads of a group; zombies and kernel threads have none. Immutable.
/// Sizes are in pages where not said otherwise.
/// </summary>
public sealed record TaskMemory
{
    /// <summary>Bytes in a page.</summary>
    public const int PageSize = 4096;

    /// <summary>Mapped (<c>total_vm</c>).</summary>
    public ulong Size { get; init; }

    /// <summary>The most that was ever mapped.</summary>
    public ulong PeakSize { get; init; }

    /// <summary>Resident and anonymous.</summary>
    public ulong ResidentAnonymous { get; init; }

    /// <summary>Resident and of files.</summary>
    public ulong ResidentFile { get; init; }

    /// <summary>Resident and shared without a file (shmem, tmpfs).</summary>
    public ulong ResidentShared { get; init; }

    /// <summary>The most that was ever resident.</summary>
    public ulong PeakResident { get; init; }

    /// <summary>Code (statm's text, VmExe): of <see cref="StartCode"/> to <see cref="EndCode"/>, rounded to pages.</summary>
    public ulong Text { get; init; }

    /// <summary>Code of libraries (VmLib).</summary>
    public ulong Library { get; init; }

    /// <summary>Private and writable, without the stack (VmData).</summary>
    public ulong Data { get; init; }

    /// <summary>Stack (VmStk); statm's data is <see cref="Data"/> and this.</summary>
    public ulong Stack { get; init; }

    /// <summary>Locked (VmLck).</summary>
    public ulong Locked { get; init; }

    /// <summary>Pinned (VmPin).</summary>
    public ulong Pinned { get; init; }

    /// <summary>Swapped out (VmSwap).</summary>
    public ulong Swapped { get; init; }

    /// <summary>Bytes of page tables (VmPTE).</summary>
    public ulong PageTableBytes { get; init; }

    /// <summary>Bytes of huge pages (HugetlbPages).</summary>
    public ulong HugePageBytes { get; init; }

    /// <summary>First address of the code.</summary>
    public ulong StartCode { get; init; }

    /// <summary>First address behind the code.</summary>
    public ulong EndCode { get; init; }

    /// <summary>First address of initialized data.</summary>
    public ulong StartData { get; init; }

    /// <summary>First address behind initialized data.</summary>
    public ulong EndData { get; init; }

    /// <summary>First address of the heap.</summary>
    public ulong StartHeap { get; init; }

    /// <summary>Bottom of the stack.</summary>
    public ulong StartStack { get; init; }

    /// <summary>First address of the arguments.</summary>
    public ulong StartArguments { get; init; }

    /// <summary>First address behind the arguments.</summary>
    public ulong EndArguments { get; init; }

    /// <summary>First address of the environment.</summary>
    public ulong StartEnvironment { get; init; }

    /// <summary>First address behind the environment.</summary>
    public ulong EndEnvironment { get; init; }

    /// <summary>The bytes of the arguments, each ended by NUL unless the program wrote over them.</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>The bytes of the environment.</summary>
    public ReadOnlyMemory<byte> Environment { get; init; }

    /// <summary>The pairs of /proc/PID/auxv, AT_NULL included.</summary>
    public ReadOnlyMemory<byte> Auxiliary { get; init; }

    /// <summary>The program's path; empty: none (exe answers ENOENT).</summary>
    public ReadOnlyMemory<byte> Executable { get; init; }

    /// <summary>Areas, ascending by address.</summary>
    public ReadOnlyMemory<MemoryArea> Areas { get; init; }

    /// <summary>PR_GET_DUMPABLE: 1 is ordinary; otherwise most of the task's files belong to root.</summary>
    public int Dumpable { get; init; } = 1;

    /// <summary>Which memory a core dump takes (/proc/PID/coredump_filter).</summary>
    public uint CoredumpFilter { get; init; } = 0x33;

    /// <summary>Whether the task is writing a core dump.</summary>
    public bool IsDumpingCore { get; init; }

    /// <summary>All that is resident.</summary>
    public ulong Resident => ResidentAnonymous + ResidentFile + ResidentShared;

    /// <summary>Resident and shared with others (statm's third number).</summary>
    public ulong Shared => ResidentFile + ResidentShared;
}
