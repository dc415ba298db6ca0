using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Cli.Top;

/// <summary>What the machine as a whole does: processors, memory, load. Read once a frame from three files of /proc.</summary>
internal sealed class MachineLoad
{
    private readonly byte[] _text = new byte[64 * 1024];
    private Ticks _before;

    /// <summary>Time of all processors together since the frame before (since boot, at the first), as shares of 1.</summary>
    public double User { get; private set; }

    /// <inheritdoc cref="User"/>
    public double System { get; private set; }

    /// <summary>With nothing to do while I/O was waited for.</summary>
    public double Waiting { get; private set; }

    /// <summary>Taken by the hypervisor for others.</summary>
    public double Stolen { get; private set; }

    /// <summary>Processors.</summary>
    public int Processors { get; } = Environment.ProcessorCount;

    /// <summary>Load averages as the kernel writes them: over 1, 5 and 15 minutes.</summary>
    public string Averages { get; private set; } = "";

    /// <summary>Bytes.</summary>
    public ulong MemoryTotal { get; private set; }

    /// <summary>What could be had without swapping anything out.</summary>
    public ulong MemoryAvailable { get; private set; }

    /// <inheritdoc cref="MemoryTotal"/>
    public ulong SwapTotal { get; private set; }

    /// <inheritdoc cref="MemoryTotal"/>
    public ulong SwapFree { get; private set; }

    /// <summary>Reads all of it.</summary>
    public void Read()
    {
        ReadProcessors(Read("/proc/stat"u8));
        ReadOnlySpan<byte> memory = Read("/proc/meminfo"u8);
        MemoryTotal = Kilobytes(memory, "MemTotal:"u8);
        MemoryAvailable = Kilobytes(memory, "MemAvailable:"u8);
        SwapTotal = Kilobytes(memory, "SwapTotal:"u8);
        SwapFree = Kilobytes(memory, "SwapFree:"u8);
        string[] words = global::System.Text.Encoding.ASCII.GetString(Read("/proc/loadavg"u8)).Split(' ');
        Averages = words.Length >= 3 ? string.Join(' ', words[..3]) : "?";
    }

    private void ReadProcessors(ReadOnlySpan<byte> text)
    {
        // cpu user nice system idle iowait irq softirq steal guest guest_nice; guests are in user and nice too.
        Span<ulong> numbers = stackalloc ulong[8];
        numbers.Clear();
        ReadOnlySpan<byte> line = text.StartsWith("cpu "u8) ? text[4..] : default;
        for (int i = 0; i < numbers.Length && Utf8Parser.TryParse(line.TrimStart((byte)' '), out numbers[i], out int used); i++)
        {
            line = line.TrimStart((byte)' ')[used..];
        }

        Ticks now = new(numbers[0] + numbers[1], numbers[2] + numbers[5] + numbers[6], numbers[3], numbers[4], numbers[7]);
        double all = Math.Max(1, now.All - _before.All);
        User = Math.Max(0, (double)now.User - _before.User) / all;
        System = Math.Max(0, (double)now.System - _before.System) / all;
        Waiting = Math.Max(0, (double)now.Waiting - _before.Waiting) / all;
        Stolen = Math.Max(0, (double)now.Stolen - _before.Stolen) / all;
        _before = now;
    }

    private ReadOnlySpan<byte> Read(ReadOnlySpan<byte> path)
    {
        int length = 0;
        if (Libc.Open(path, OpenFlags.ReadOnly, out int file) == Errno.None)
        {
            _ = Libc.Read(file, _text, out length);
            Libc.Close(file);
        }

        return _text.AsSpan(0, Math.Max(0, length));
    }

    private static ulong Kilobytes(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        int at = text.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(text[(at + key.Length)..].TrimStart((byte)' '), out ulong number, out _) ? number * 1024 : 0;
    }

    private readonly record struct Ticks(ulong User, ulong System, ulong Idle, ulong Waiting, ulong Stolen)
    {
        public double All => (double)User + System + Idle + Waiting + Stolen;
    }
}
