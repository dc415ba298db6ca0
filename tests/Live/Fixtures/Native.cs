using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Tests.Fixtures;

/// <summary>What stat(2) says.</summary>
internal readonly record struct Status(uint Mode, uint Uid, uint Gid, uint Links, ulong Inode, long Size, uint BlockSize, long Blocks, ulong Device, long Modified)
{
    public uint Type => Mode & FileType.Mask;

    public uint Permissions => Mode & 0xFFF;
}

/// <summary>One record of getdents64(2).</summary>
internal readonly record struct Dirent(string Name, ulong Inode, long Next, DirectoryEntryType Type);

/// <summary>
/// System calls as they are: what fails gives minus its errno. None of .NET's own file classes, which seek, stat and buffer.
/// Written apart from the product's calls, so that a fault there does not hide itself.
/// </summary>
internal static unsafe partial class Native
{
    public const int O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0x40, O_EXCL = 0x80, O_TRUNC = 0x200, O_NONBLOCK = 0x800,
        O_PATH = 0x200000, O_CLOEXEC = 0x80000;
    public const int SEEK_SET = 0, SEEK_CUR = 1, SEEK_END = 2, SEEK_DATA = 3, SEEK_HOLE = 4;
    public const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_EMPTY_PATH = 0x1000;

    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static int O_DIRECTORY { get; } = s_arm ? 0x4000 : 0x10000;

    public static int O_DIRECT { get; } = s_arm ? 0x10000 : 0x4000;

    public static int O_NOFOLLOW { get; } = s_arm ? 0x8000 : 0x20000;

    public static int Open(string path, int flags = O_RDONLY, int mode = 0) => (int)Result(open(path, flags | O_CLOEXEC, mode));

    public static int OpenAt(int directory, string path, int flags = O_RDONLY) => (int)Result(openat(directory, path, flags | O_CLOEXEC, 0));

    public static int Close(int descriptor) => (int)Result(close(descriptor));

    public static long Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* at = buffer)
        {
            return Result(read(descriptor, at, buffer.Length));
        }
    }

    public static long PRead(int descriptor, Span<byte> buffer, long offset)
    {
        fixed (byte* at = buffer)
        {
            return Result(pread(descriptor, at, buffer.Length, offset));
        }
    }

    public static long Write(int descriptor, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text + '\0');
        fixed (byte* at = bytes)
        {
            return Result(write(descriptor, at, bytes.Length - 1));
        }
    }

    public static long PWrite(int descriptor, string text, long offset)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text + '\0');
        fixed (byte* at = bytes)
        {
            return Result(pwrite(descriptor, at, bytes.Length - 1, offset));
        }
    }

    public static long LSeek(int descriptor, long offset, int whence) => Result(lseek(descriptor, offset, whence));

    /// <summary>One call of getdents64(2): what it returned, and its records.</summary>
    public static (long Result, List<Dirent> Records) GetDents(int descriptor, int size)
    {
        byte[] buffer = new byte[size];
        long count;
        fixed (byte* at = buffer)
        {
            count = Result(syscall(s_arm ? 61 : 217, descriptor, (long)at, size));
        }

        List<Dirent> records = [];
        for (int at = 0; at < count;)
        {
            ReadOnlySpan<byte> record = buffer.AsSpan(at);
            ushort length = BinaryPrimitives.ReadUInt16LittleEndian(record[16..]);
            ReadOnlySpan<byte> name = record[19..length];
            records.Add(new Dirent(
                Encoding.Latin1.GetString(name[..name.IndexOf((byte)0)]),
                BinaryPrimitives.ReadUInt64LittleEndian(record),
                BinaryPrimitives.ReadInt64LittleEndian(record[8..]),
                (DirectoryEntryType)record[18]));
            at += length;
        }

        return (count, records);
    }

    /// <summary>getdents64(2) without a look at the records.</summary>
    public static long ListRaw(int descriptor, Span<byte> buffer)
    {
        fixed (byte* at = buffer)
        {
            return Result(syscall(s_arm ? 61 : 217, descriptor, (long)at, buffer.Length));
        }
    }

    public static int Stat(string path, out Status status) => StatAt(AT_FDCWD, path, 0, out status);

    public static int LStat(string path, out Status status) => StatAt(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, out status);

    public static int FStat(int descriptor, out Status status) => StatAt(descriptor, "", AT_EMPTY_PATH, out status);

    public static int StatAt(int directory, string path, int flags, out Status status)
    {
        Span<byte> raw = stackalloc byte[256];
        raw.Clear();
        long result;
        fixed (byte* at = raw)
        {
            result = Result(statx(directory, path, flags, 0x7FF, at));
        }

        status = new Status(
            BinaryPrimitives.ReadUInt16LittleEndian(raw[28..]),
            BinaryPrimitives.ReadUInt32LittleEndian(raw[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(raw[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(raw[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(raw[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(raw[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(raw[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(raw[48..]),
            ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(raw[136..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(raw[140..]),
            BinaryPrimitives.ReadInt64LittleEndian(raw[112..]));
        return (int)result;
    }

    public static int ReadLink(string path, out string text) => ReadLinkAt(AT_FDCWD, path, out text);

    public static int ReadLinkAt(int directory, string path, out string text)
    {
        Span<byte> buffer = stackalloc byte[4096];
        fixed (byte* at = buffer)
        {
            long result = Result(readlinkat(directory, path, at, buffer.Length));
            text = result < 0 ? "" : Encoding.Latin1.GetString(buffer[..(int)result]);
            return (int)result;
        }
    }

    public static int MkDirAt(int directory, string path) => (int)Result(mkdirat(directory, path, 0x1FF));

    public static int UnlinkAt(int directory, string path, int flags = 0) => (int)Result(unlinkat(directory, path, flags));

    public static int SymLink(string text, string path) => (int)Result(symlink(text, path));

    public static int Link(string path, string other) => (int)Result(link(path, other));

    public static int Rename(string path, string other) => (int)Result(rename(path, other));

    public static int ChMod(string path, uint mode) => (int)Result(chmod(path, mode));

    public static int ChOwn(string path, uint user, uint group) => (int)Result(chown(path, user, group));

    public static int UTimeNow(string path) => (int)Result(utimensat(AT_FDCWD, path, null, 0));

    public static int Truncate(string path) => (int)Result(truncate(path, 0));

    public static int Access(string path, int mask) => (int)Result(access(path, mask));

    public static int ListXAttr(string path) => (int)Result(listxattr(path, null, 0));

    public static int GetXAttr(string path, string name) => (int)Result(getxattr(path, name, null, 0));

    public static int SetXAttr(string path, string name)
    {
        byte value = 1;
        return (int)Result(setxattr(path, name, &value, 1, 0));
    }

    /// <summary>statfs(2): type, block size, and whether all counts are zero, and the longest name.</summary>
    public static int StatFs(string path, out (long Type, long BlockSize, long Counts, long NameLength, long FragmentSize) status)
    {
        long* raw = stackalloc long[32];
        long result = Result(statfs(path, raw));
        status = (raw[0], raw[1], raw[2] | raw[3] | raw[4] | raw[5] | raw[6], raw[8], raw[9]);
        return (int)result;
    }

    /// <summary>poll(2) of one descriptor without waiting: the events that hold.</summary>
    public static int Poll(int descriptor, short events)
    {
        PollDescriptor one = new() { Descriptor = descriptor, Events = events };
        long result = Result(poll(&one, 1, 0));
        return result < 0 ? (int)result : one.Returned;
    }

    /// <summary>Adds a descriptor to a fresh epoll set.</summary>
    public static int EpollAdd(int descriptor)
    {
        int set = epoll_create1(O_CLOEXEC);
        ulong* item = stackalloc ulong[2];
        item[0] = 1;
        item[1] = 0;
        int result = (int)Result(epoll_ctl(set, 1, descriptor, item));
        close(set);
        return result;
    }

    /// <summary>sendfile(2) of some bytes into a pipe.</summary>
    public static int SendFile(int descriptor)
    {
        int* ends = stackalloc int[2];
        _ = pipe2(ends, O_CLOEXEC);
        int result = (int)Result(sendfile(ends[1], descriptor, null, 100));
        close(ends[0]);
        close(ends[1]);
        return result;
    }

    public static int MMap(int descriptor)
    {
        long result = Result(mmap(0, 4096, 1, 2, descriptor, 0));
        return result < 0 && result > -4096 ? (int)result : 0;
    }

    public static int IoCtl(int descriptor, uint request)
    {
        long value = 0;
        return (int)Result(ioctl(descriptor, request, &value));
    }

    /// <summary><c>F_SETFL</c>.</summary>
    public static int SetStatusFlags(int descriptor, int flags) => (int)Result(fcntl(descriptor, 4, flags));

    public static int FSync(int descriptor) => (int)Result(fsync(descriptor));

    public static int ThreadId => (int)syscall(s_arm ? 178 : 186, 0, 0, 0);

    public static uint EffectiveUser => geteuid();

    /// <summary>Reads until the end, with reads of a size.</summary>
    public static (int Error, string Text) ReadAll(int descriptor, int size = 65536)
    {
        byte[] buffer = new byte[size];
        StringBuilder text = new();
        while (true)
        {
            long count = Read(descriptor, buffer);
            if (count <= 0)
            {
                return ((int)count, text.ToString());
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, (int)count));
        }
    }

    /// <summary>A file's text; a failure of open or read is minus its errno.</summary>
    public static (int Error, string Text) Cat(string path)
    {
        int descriptor = Open(path);
        if (descriptor < 0)
        {
            return (descriptor, "");
        }

        (int Error, string Text) all = ReadAll(descriptor);
        Close(descriptor);
        return all;
    }

    private static long Result(long value) => value == -1 ? -Marshal.GetLastPInvokeError() : value;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
