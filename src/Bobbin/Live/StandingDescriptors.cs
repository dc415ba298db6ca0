using Bobbin.Kernel.Linux;
using ResourceLimit = Bobbin.Kernel.Linux.ResourceLimit;

namespace Bobbin.Live;

/// <summary>
/// Descriptors of the kernel's files that stand open after the last close, for the next open of the same file: opening and closing it costs
/// the kernel more than reading it. Only for files that everybody may open and that tie nothing to who did.
/// </summary>
/// <remarks>
/// A slot holds the descriptor plus one, and 0 while there is none. A descriptor is in a slot or in one open file, never in two: an open file
/// keeps its text between two reads. The count is of the process, as its descriptors are.
/// </remarks>
internal static class StandingDescriptors
{
    private static readonly int s_most = Libc.GetLimit(ResourceLimit.OpenFiles, out ResourceLimit limit) == Errno.None
        ? (int)Math.Clamp(limit.Soft / 4, 0, 16384)
        : 64;

    private static int s_count;

    /// <summary>How many stand open.</summary>
    public static int Count => Volatile.Read(ref s_count);

    /// <summary>Takes the descriptor out of a slot.</summary>
    public static bool TryTake(ref int slot, out int descriptor)
    {
        descriptor = Volatile.Read(ref slot) == 0 ? -1 : Interlocked.Exchange(ref slot, 0) - 1;
        if (descriptor < 0)
        {
            return false;
        }

        Interlocked.Decrement(ref s_count);
        return true;
    }

    /// <summary>Puts a descriptor into a slot, or closes it where one stands already or too many do.</summary>
    public static void Keep(ref int slot, int descriptor)
    {
        if (Interlocked.Increment(ref s_count) > s_most || Interlocked.CompareExchange(ref slot, descriptor + 1, 0) != 0)
        {
            Interlocked.Decrement(ref s_count);
            Libc.Close(descriptor);
        }
    }

    /// <summary>Closes what stands in a slot.</summary>
    public static void Close(ref int slot)
    {
        if (TryTake(ref slot, out int descriptor))
        {
            Libc.Close(descriptor);
        }
    }
}
