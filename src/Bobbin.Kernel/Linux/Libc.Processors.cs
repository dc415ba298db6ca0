using System.Numerics;
namespace Bobbin.Kernel.Linux;

// Which processors there are, and which a thread runs on.
internal static unsafe partial class Libc
{
    private const int MostProcessors = 8192;

    /// <summary>How many processors there may ever be (num_possible_cpus of the kernel); 0 where that cannot be found out.</summary>
    public static int CountPossibleProcessors()
    {
        Span<byte> text = stackalloc byte[256];
        if (Open("/sys/devices/system/cpu/possible"u8, OpenFlags.ReadOnly, out int descriptor) != Errno.None)
        {
            return 0;
        }

        Errno error = Read(descriptor, text, out int length);
        Close(descriptor);

        // "0" or "0-7"; a list with gaps does not occur for this file.
        ReadOnlySpan<byte> last = text[..length].TrimEnd((byte)'\n');
        last = last[(last.LastIndexOf((byte)'-') + 1)..];
        return error == Errno.None && System.Buffers.Text.Utf8Parser.TryParse(last, out int highest, out int used) && used == last.Length ? highest + 1 : 0;
    }

    /// <summary>Ties the calling thread to one processor, if it may run there now.</summary>
    public static void RunOn(int processor)
    {
        if ((uint)processor >= MostProcessors)
        {
            return;
        }

        const int Bytes = MostProcessors / 8;
        byte* mask = stackalloc byte[Bytes];
        nint filled = syscall(SystemCall.SchedGetaffinity, 0, Bytes, (nint)mask);
        int place = processor / 8, bit = 1 << (processor % 8);
        if (place >= filled || (mask[place] & bit) == 0)
        {
            return;
        }

        new Span<byte>(mask, Bytes).Clear();
        mask[place] = (byte)bit;
        _ = syscall(SystemCall.SchedSetaffinity, 0, Bytes, (nint)mask);
    }

    /// <summary>How many processors the calling thread may run on now; 0 where that cannot be told.</summary>
    public static int CountProcessors()
    {
        const int Bytes = MostProcessors / 8;
        byte* mask = stackalloc byte[Bytes];
        nint filled = syscall(SystemCall.SchedGetaffinity, 0, Bytes, (nint)mask);
        int count = 0;
        for (nint place = 0; place < filled; place++)
        {
            count += BitOperations.PopCount(mask[place]);
        }

        return count;
    }
}
