using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>Open files and directories.</summary>
public sealed partial class TableTask
{
    /// <summary>Its open files, ascending by number.</summary>
    public ReadOnlyMemory<OpenFile> Files => _files.Now.Files;

    /// <summary>The working directory; shared with the threads that share directories.</summary>
    public ReadOnlyMemory<byte> WorkingDirectory
    {
        get => _directories.Now.Working;
        set => SetDirectories(static (now, path) => now with { Working = path }, value);
    }

    /// <summary>The root directory.</summary>
    public ReadOnlyMemory<byte> RootDirectory
    {
        get => _directories.Now.Root;
        set => SetDirectories(static (now, path) => now with { Root = path }, value);
    }

    /// <summary>The umask.</summary>
    public int FileCreationMask
    {
        get => _directories.Now.Umask;
        set => SetDirectories(static (now, mask) => now with { Umask = mask & 0x1FF }, value);
    }

    /// <summary>open(2): the lowest free descriptor.</summary>
    /// <exception cref="LinuxException">EMFILE: RLIMIT_NOFILE.</exception>
    public int Open(ReadOnlySpan<byte> target, uint flags = 0)
    {
        byte[] copy = target.ToArray();
        using (Table.Change())
        {
            RequireAlive();
            int number = _files.LowestFree();
            if ((ulong)number >= Limits[Resource.RLIMIT_NOFILE].Soft)
            {
                throw Refused(Errno.EMFILE, "open", "RLIMIT_NOFILE");
            }

            _files.Put(new OpenFile { Number = number, Target = copy, Flags = flags });
            return number;
        }
    }

    /// <summary>Puts an open file at its number, in place of what was there (as dup2(2) does).</summary>
    public void Put(OpenFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        using (Table.Change())
        {
            RequireAlive();
            _files.Put(file);
        }
    }

    /// <summary>close(2).</summary>
    /// <exception cref="LinuxException">EBADF.</exception>
    public void Close(int number)
    {
        using (Table.Change())
        {
            RequireAlive();
            if (!_files.Remove(number))
            {
                throw Refused(Errno.EBADF, "close", "not open");
            }
        }
    }

    private void SetDirectories<T>(Func<TableDirectories.Snapshot, T, TableDirectories.Snapshot> change, T value)
    {
        using (Table.Change())
        {
            RequireAlive();
            _directories.Now = change(_directories.Now, value);
        }
    }
}
