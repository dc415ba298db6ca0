using System.Globalization;
using System.Text;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Fuse;

/// <summary>fusermount3 refused, or is not there; the message is in its words.</summary>
public sealed class FusermountException : Exception
{
    /// <summary>Makes it of what fusermount3 wrote to its standard error.</summary>
    public FusermountException(string message)
        : base(message)
    {
    }
}

/// <summary>
/// Mounting as an ordinary user: fusermount3, a set-uid program of libfuse, mounts on directories that the user owns and hands
/// the device's descriptor back over a socket.
/// </summary>
public static class Fusermount
{
    private const string Program = "fusermount3";

    /// <summary>Descriptors of the child are dealt out from here, above those that it gets them as.</summary>
    private const int LowestOwn = 10;

    /// <summary>Where fusermount3 is, if it is installed.</summary>
    public static string? Find() =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, Program))
            .FirstOrDefault(File.Exists);

    /// <summary>Mounts on a directory and hands out the device to serve it on.</summary>
    public static SafeFileHandle Mount(string directory, FuseMountOptions? options = null)
    {
        options ??= new FuseMountOptions();
        StringBuilder words = new();
        words.Append(CultureInfo.InvariantCulture, $"fsname={Escape(options.Source)},nosuid,nodev");
        words.Append(options.ReadOnly ? ",ro" : "").Append(options.AllowOther ? ",allow_other" : "");
        words.Append(options.Subtype.Length > 0 ? $",subtype={Escape(options.Subtype)}" : "");
        Check(Libc.SocketPair(out int ours, out int theirs), "socketpair");
        using SafeFileHandle socket = new(ours, ownsHandle: true);
        string said = Run(["-o", words.ToString(), "--", directory], theirs, out int status);
        int descriptor = -1;
        if (status == 0)
        {
            Check(Libc.ReceiveDescriptor(ours, out descriptor), "recvmsg");
        }

        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new FusermountException(said.Length > 0 ? said : $"{Program}: exit status {status >> 8}, and no descriptor");
    }

    /// <summary>Unmounts; with <paramref name="lazy"/> even if it is busy, at once for the name and later for its users.</summary>
    public static void Unmount(string directory, bool lazy = false)
    {
        string said = Run(lazy ? ["-u", "-z", "--", directory] : ["-u", "--", directory], -1, out int status);
        if (status != 0)
        {
            throw new FusermountException(said.Length > 0 ? said : $"{Program}: exit status {status >> 8}");
        }
    }

    /// <summary>Runs it with the socket as descriptor 3, which it is told of, and waits; what it said. Closes the socket.</summary>
    private static string Run(string[] arguments, int socket, out int status)
    {
        string path = Find() ?? throw new FusermountException($"{Program}: not found; it comes with the package fuse3");
        Check(Libc.Open("/dev/null"u8, OpenFlags.ReadWrite, out int nothing), "open");
        Check(Libc.SocketPair(out int errors, out int theirErrors), "socketpair");
        using SafeFileHandle reading = new(errors, ownsHandle: true);
        int[] own = [Raise(nothing), Raise(theirErrors), socket < 0 ? -1 : Raise(socket)];
        try
        {
            int[] descriptors = socket < 0 ? [own[0], own[0], own[1]] : [own[0], own[0], own[1], own[2]];
            using NativeStrings words = new([.. arguments.Prepend(Program).Select(Encoding.UTF8.GetBytes)]);
            using NativeStrings environment = new(["_FUSE_COMMFD=3"u8.ToArray(), "LC_ALL=C"u8.ToArray(), "PATH=/usr/sbin:/usr/bin:/sbin:/bin"u8.ToArray()]);
            Check(Libc.Spawn(Encoding.UTF8.GetBytes(path), words, environment.Pointer, descriptors, newSession: false, default, out int process), "posix_spawn");
            CloseAll(own);
            string said = ReadToEnd(errors);
            Check(Libc.Wait(process, out status), "waitpid");
            return said;
        }
        finally
        {
            CloseAll(own);
        }
    }

    /// <summary>Moves a descriptor out of the way of those that the child gets.</summary>
    private static int Raise(int descriptor)
    {
        Errno error = Libc.Duplicate(descriptor, out int raised, LowestOwn);
        Libc.Close(descriptor);
        Check(error, "fcntl");
        return raised;
    }

    private static void CloseAll(int[] descriptors)
    {
        for (int i = 0; i < descriptors.Length; i++)
        {
            if (descriptors[i] >= 0)
            {
                Libc.Close(descriptors[i]);
                descriptors[i] = -1;
            }
        }
    }

    private static string ReadToEnd(int descriptor)
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        while (length < buffer.Length)
        {
            Errno error = Libc.Read(descriptor, buffer.AsSpan(length), out int count);
            if (error is not (Errno.None or Errno.EINTR) || (error == Errno.None && count == 0))
            {
                break;
            }

            length += count;
        }

        return Encoding.UTF8.GetString(buffer, 0, length).Trim();
    }

    /// <summary>A comma would end the option.</summary>
    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);

    private static void Check(Errno error, string call)
    {
        if (error != Errno.None)
        {
            throw new LinuxException(error, call, Program);
        }
    }
}
