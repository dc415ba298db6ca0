using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Tasks;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Sources;

/// <summary>
/// What only /proc tells of a task, read when somebody wants to see it: command line, environment, control group, what it waits in, I/O,
/// namespaces. One thread at a time; a span is valid until the next call. What comes back empty says why in <see cref="Error"/>.
/// </summary>
public sealed class TaskTexts : IDisposable
{
    private const int Longest = 4 << 20;

    private readonly int _root;
    private byte[] _text = new byte[8192];

    /// <summary>Opens a mounted /proc, the kernel's or any other.</summary>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public TaskTexts(string path = "/proc")
    {
        Errno errno = Libc.Open(System.Text.Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.Directory, out _root);
        if (errno != Errno.None)
        {
            throw new LinuxException(errno, "open", path);
        }
    }

    /// <summary>
    /// Why the last call had nothing to tell: ENOENT or ESRCH where the task is gone, EACCES or EPERM where this process may not look, and
    /// <see cref="Errno.None"/> where there is nothing.
    /// </summary>
    public Errno Error { get; private set; }

    /// <summary>
    /// Arguments, each ended by NUL (<c>/proc/PID/cmdline</c>); empty for a kernel thread and a zombie. The kernel reads them from the
    /// task's own memory, where they may have been changed, and never waits for a page that some file system has to bring.
    /// </summary>
    public ReadOnlySpan<byte> CommandLine(int process) => Read(process, "/cmdline"u8);

    /// <summary>
    /// The path in the second version's hierarchy, or where there is none the first line's (<c>/proc/PID/cgroup</c>).
    /// </summary>
    public ReadOnlySpan<byte> ControlGroup(int process)
    {
        ReadOnlySpan<byte> text = Read(process, "/cgroup"u8);
        int unified = text.StartsWith("0::"u8) ? 0 : text.IndexOf("\n0::"u8) + 1;
        ReadOnlySpan<byte> line = unified > 0 || text.StartsWith("0::"u8) ? text[unified..] : text;
        int end = line.IndexOf((byte)'\n');
        line = end < 0 ? line : line[..end];
        int colon = line.IndexOf((byte)':');
        int second = colon < 0 ? -1 : line[(colon + 1)..].IndexOf((byte)':');
        return second < 0 ? [] : line[(colon + second + 2)..];
    }

    /// <summary>
    /// Environment at the last exec, each variable ended by NUL (<c>/proc/PID/environ</c>); a later change shows only where the process wrote
    /// over it. Needs the right to trace the process.
    /// </summary>
    public ReadOnlySpan<byte> EnvironmentOf(int process) => Read(process, "/environ"u8);

    /// <summary>What a process has read and written (<c>/proc/PID/io</c>). Needs the right to trace it; false, and <see cref="Error"/>, without.</summary>
    public bool TryReadIo(int process, out TaskIo io)
    {
        ReadOnlySpan<byte> text = Read(process, "/io"u8);
        io = new TaskIo
        {
            ReadCharacters = Number(text, "rchar: "u8),
            WrittenCharacters = Number(text, "wchar: "u8),
            ReadCalls = Number(text, "syscr: "u8),
            WriteCalls = Number(text, "syscw: "u8),
            ReadBytes = Number(text, "\nread_bytes: "u8),
            WrittenBytes = Number(text, "\nwrite_bytes: "u8),
            CancelledBytes = Number(text, "cancelled_write_bytes: "u8),
        };
        return !text.IsEmpty;
    }

    /// <summary>The kernel's function that a thread waits in (<c>/proc/TID/wchan</c>); <c>0</c> where it runs, or may not be looked at.</summary>
    public ReadOnlySpan<byte> WaitChannel(int thread) => Read(thread, "/wchan"u8);

    /// <summary>The inode of a namespace (<c>/proc/PID/ns/pid</c> and its like); 0 where it may not be looked at.</summary>
    public ulong Namespace(int process, ReadOnlySpan<byte> name)
    {
        Span<byte> path = stackalloc byte[64];
        Utf8Formatter.TryFormat(process, path, out int length);
        "/ns/"u8.CopyTo(path[length..]);
        name.CopyTo(path[(length + 4)..]);
        Span<byte> link = stackalloc byte[64];
        int from;
        Error = Libc.ReadLinkAt(_root, path[..(length + 4 + name.Length)], link, out int count);
        return Error == Errno.None
            && (from = link[..count].IndexOf((byte)'[')) >= 0
            && Utf8Parser.TryParse(link[(from + 1)..count], out ulong inode, out _)
                ? inode : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Libc.Close(_root);

    private ReadOnlySpan<byte> Read(int task, ReadOnlySpan<byte> name)
    {
        Span<byte> path = stackalloc byte[32];
        Utf8Formatter.TryFormat(task, path, out int length);
        name.CopyTo(path[length..]);
        Error = Libc.OpenAt(_root, path[..(length + name.Length)], OpenFlags.ReadOnly, out int file);
        if (Error != Errno.None)
        {
            return [];
        }

        int total = 0;
        while ((Error = Libc.Read(file, _text.AsSpan(total), out int count)) == Errno.None && count > 0)
        {
            total += count;
            if (total < _text.Length || total >= Longest)
            {
                break; // one read gives the whole text where it fits
            }

            Array.Resize(ref _text, _text.Length * 4);
        }

        Libc.Close(file);
        return _text.AsSpan(0, total);
    }

    private static ulong Number(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        int at = text.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(text[(at + key.Length)..], out ulong number, out _) ? number : 0;
    }
}
