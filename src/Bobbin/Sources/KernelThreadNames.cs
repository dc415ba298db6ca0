using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using Bobbin.Tasks;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Sources;

/// <summary>
/// The names of kernel threads as /proc shows them: longer than their <c>task_struct</c> holds, and of a worker with what it works on
/// (<c>fs/proc/array.c</c>, proc_task_name()).
/// </summary>
internal static class KernelThreadNames
{
    /// <summary>Reads the names of those that may have another than the one in their row.</summary>
    public static void Complete(ThreadColumns threads)
    {
        Span<byte> path = stackalloc byte[24];
        Span<byte> name = stackalloc byte[128];
        "/proc/"u8.CopyTo(path);
        for (int row = 0; row < threads.Count; row++)
        {
            if ((threads.Flags[row] & ProcessFlags.PF_KTHREAD) == 0
                || ((threads.Flags[row] & ProcessFlags.PF_WQ_WORKER) == 0 && threads.NameOf(row).Length < 15))
            {
                continue;
            }

            Utf8Formatter.TryFormat(threads.Id[row], path[6..], out int digits);
            "/comm"u8.CopyTo(path[(6 + digits)..]);
            if (Libc.Open(path[..(11 + digits)], OpenFlags.ReadOnly, out int file) == Errno.None)
            {
                if (Libc.Read(file, name, out int length) == Errno.None && length > 1)
                {
                    threads.SetName(row, name[..(length - 1)]);
                }

                Libc.Close(file);
            }
        }
    }
}
