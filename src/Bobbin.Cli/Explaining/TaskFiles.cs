using System.Globalization;
using System.Text;
using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Cli.Explaining;

/// <summary>What the files of one task under /proc say, as far as <c>explain</c> needs it.</summary>
internal sealed class TaskFiles
{
    private readonly Dictionary<string, string> _status;

    private readonly byte[] _name;

    private TaskFiles(Dictionary<string, string> status, byte[] name) => (_status, _name) = (status, name);

    /// <summary>Name of the thread (<c>comm</c>), fit to be printed.</summary>
    public string Name => Text.Printable.Escape(_name);

    /// <summary>Name of the thread, byte for byte.</summary>
    public byte[] ExactName => Unescape(_name);

    /// <summary>Its thread group: the process.</summary>
    public int GroupId => Number("Tgid");

    /// <summary>The process that started it; 0: none that is visible.</summary>
    public int ParentId => Number("PPid");

    /// <summary>One letter.</summary>
    public char State => _status.GetValueOrDefault("State", "?")[0];

    /// <summary>Threads of its group, the zombie leader included.</summary>
    public int Threads => Number("Threads");

    /// <summary>Whether it lives in the kernel alone. Kernels before 6.10 do not say; there a parent of 2 does, or being 2.</summary>
    public bool IsKernelThread => _status.TryGetValue("Kthread", out string? flag) ? flag == "1" : ParentId == 2 || GroupId == 2;

    /// <summary>Real user id.</summary>
    public uint UserId => uint.TryParse(_status.GetValueOrDefault("Uid", "").Split('\t')[0], CultureInfo.InvariantCulture, out uint id) ? id : 0;

    /// <summary>Its id in each pid namespace that it is in, from this one inward.</summary>
    public IReadOnlyList<int> NestedIds =>
        [.. _status.GetValueOrDefault("NSpid", "").Split('\t', StringSplitOptions.RemoveEmptyEntries).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];

    /// <summary>Reads <c>/proc/ID/status</c>.</summary>
    /// <param name="id">Any task's id.</param>
    /// <param name="error">Why it cannot be read.</param>
    public static TaskFiles? Read(int id, out Errno error)
    {
        byte[] text = new byte[16384];
        error = ReadFile($"/proc/{id}/status", text, out int length);
        return error == Errno.None ? Parse(text.AsSpan(0, length)) : null;
    }

    /// <summary>Reads a small number, like those under /proc/sys; -1 where there is none.</summary>
    public static long ReadNumber(string path)
    {
        byte[] text = new byte[64];
        return ReadFile(path, text, out int length) == Errno.None
            && long.TryParse(Encoding.ASCII.GetString(text, 0, length).Trim(), CultureInfo.InvariantCulture, out long number) ? number : -1;
    }

    /// <summary>The arguments, joined by blanks and fit to be printed; empty for a zombie and a kernel thread.</summary>
    public static string ReadCommandLine(int id)
    {
        byte[] text = new byte[4096];
        if (ReadFile($"/proc/{id}/cmdline", text, out int length) != Errno.None)
        {
            return "";
        }

        Span<byte> bytes = text.AsSpan(0, length).TrimEnd((byte)0);
        bytes.Replace((byte)0, (byte)' ');
        return Text.Printable.Escape(bytes);
    }

    /// <summary>Whether a listing of /proc has the id.</summary>
    public static bool IsListed(int id)
    {
        string name = id.ToString(CultureInfo.InvariantCulture);
        try
        {
            return Directory.EnumerateDirectories("/proc").Any(path => Path.GetFileName(path.AsSpan()).SequenceEqual(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Ids of the threads of a group that are no zombies.</summary>
    public static int CountLiving(int group)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{group}/task").Count(path =>
                int.TryParse(Path.GetFileName(path.AsSpan()), CultureInfo.InvariantCulture, out int thread) && Read(thread, out _) is { State: not ('Z' or 'X') });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Takes a status file apart.</summary>
    internal static TaskFiles Parse(ReadOnlySpan<byte> text)
    {
        Dictionary<string, string> status = [];
        ReadOnlySpan<byte> name = text.StartsWith("Name:\t"u8) ? text["Name:\t"u8.Length..] : default;
        name = name[..Math.Max(0, name.IndexOf((byte)'\n'))];
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                // Not Trim: a name may begin or end with blanks.
                status[line[..colon]] = line[(colon + 1)..].TrimStart('\t');
            }
        }

        return new(status, name.ToArray());
    }

    // The kernel writes a line feed in a name as \n, and a backslash twice.
    private static byte[] Unescape(ReadOnlySpan<byte> name)
    {
        byte[] exact = new byte[name.Length];
        int length = 0;
        for (int i = 0; i < name.Length; i++)
        {
            bool escaped = name[i] == (byte)'\\' && i + 1 < name.Length;
            byte next = escaped ? name[++i] : name[i];
            exact[length++] = escaped && next == (byte)'n' ? (byte)'\n' : next;
        }

        return exact[..length];
    }

    private static Errno ReadFile(string path, byte[] buffer, out int length)
    {
        length = 0;
        Errno error = Libc.Open(Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly, out int descriptor);
        if (error != Errno.None)
        {
            return error;
        }

        int count;
        do
        {
            error = Libc.Read(descriptor, buffer.AsSpan(length), out count);
            length += count;
        }
        while (error == Errno.EINTR || (error == Errno.None && count > 0 && length < buffer.Length));
        Libc.Close(descriptor);
        return error;
    }

    private int Number(string key) => int.TryParse(_status.GetValueOrDefault(key, ""), CultureInfo.InvariantCulture, out int number) ? number : 0;
}
