using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Launch;

/// <summary>Becoming the command: PATH is searched as execvp(3) does, and the failures are a shell's.</summary>
internal static class CommandLookup
{
    /// <summary>A shell's status for a command that is not there, and for one that cannot be executed.</summary>
    public const int NotFound = 127, NotExecutable = 126;

    /// <summary>Executes the command; returns only to say why it could not.</summary>
    /// <param name="arguments">Address of the argument vector; its first string names the command.</param>
    /// <param name="environment">Address of the environment.</param>
    public static CommandFailure Execute(nint arguments, nint environment)
    {
        ReadOnlySpan<byte> name = Libc.ArgumentAt(arguments, 0);
        string shown = Printable.Escape(name);
        if (name.IsEmpty)
        {
            return new("run", "the command's name is empty", "", NotFound);
        }

        if (name.Contains((byte)'/'))
        {
            Errno error = ExecuteFile(name, arguments, environment);
            return error is Errno.ENOENT or Errno.ENOTDIR
                ? new(shown, error.Describe(), "", NotFound)
                : new(shown, IsDirectory(name) ? "it is a directory" : error.Describe(), "", NotExecutable);
        }

        return Search(name, arguments, environment) switch
        {
            Errno.None or Errno.ENOENT => new(shown, "command not found", "is it in a directory of PATH?", NotFound),
            Errno error => new(shown, error.Describe(), "", NotExecutable),
        };
    }

    private static Errno Search(ReadOnlySpan<byte> name, nint arguments, nint environment)
    {
        if (!Libc.TryGetVariable(environment, "PATH"u8, out ReadOnlySpan<byte> path))
        {
            path = "/bin:/usr/bin"u8;
        }

        Errno verdict = Errno.ENOENT;
        byte[] file = new byte[path.Length + name.Length + 1];
        foreach (Range part in path.Split((byte)':'))
        {
            ReadOnlySpan<byte> directory = path[part];
            int length = 0;
            if (!directory.IsEmpty)
            {
                directory.CopyTo(file);
                file[directory.Length] = (byte)'/';
                length = directory.Length + 1;
            }

            name.CopyTo(file.AsSpan(length));
            Errno error = ExecuteFile(file.AsSpan(0, length + name.Length), arguments, environment);
            switch (error)
            {
                case Errno.ENOENT or Errno.ENOTDIR or Errno.ESTALE or Errno.ENODEV or Errno.ETIMEDOUT:
                    break;
                case Errno.EACCES:
                    // A directory that cannot be searched does not have it, as far as a shell can tell.
                    verdict = Libc.StatAt(At.CurrentDirectory, file.AsSpan(0, length + name.Length), 0, out _) == Errno.None ? error : verdict;
                    break;
                default:
                    return error;
            }
        }

        return verdict;
    }

    private static bool IsDirectory(ReadOnlySpan<byte> path) =>
        Libc.StatAt(At.CurrentDirectory, path, 0, out Statx stat) == Errno.None && (stat.Mode & FileType.Mask) == FileType.Directory;

    // A text without "#!" is the shell's to interpret, as in every exec*p function and every shell.
    private static Errno ExecuteFile(ReadOnlySpan<byte> file, nint arguments, nint environment)
    {
        Errno error = Libc.Execute(file, arguments, environment);
        if (error == Errno.ENOEXEC)
        {
            using NativeStrings shell = new([Libc.ArgumentAt(arguments, 0).ToArray(), file.ToArray()], Libc.SkipArguments(arguments, 1));
            _ = Libc.Execute("/bin/sh"u8, shell.Pointer, environment);
        }

        return error;
    }
}
