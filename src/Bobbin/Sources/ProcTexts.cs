using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Sources;

/// <summary>
/// What only /proc tells of a task, read when somebody wants to see it: command line, control group, what it waits in, namespaces. One
/// thread at a time; a span is valid until the next call.
/// </summary>
internal sealed class ProcTexts : IDisposable
{
    private const int Longest = 4 << 20;

    private readonly int _root;
    private byte[] _text = new byte[8192];

    public ProcTexts(string path = "/proc")
    {
        Errno errno = Libc.Open(System.Text.Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.Directory, out _root);
        if (errno != Errno.None)
        {
            throw new LinuxException(errno, "open", path);
        }
    }

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
        return Libc.ReadLinkAt(_root, path[..(length + 4 + name.Length)], link, out int count) == Errno.None
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
        if (Libc.OpenAt(_root, path[..(length + name.Length)], OpenFlags.ReadOnly, out int file) != Errno.None)
        {
            return [];
        }

        int total = 0;
        while (Libc.Read(file, _text.AsSpan(total), out int count) == Errno.None && count > 0)
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
}
