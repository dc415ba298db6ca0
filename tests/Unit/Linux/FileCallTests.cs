using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Linux;

/// <summary>The system calls as safe code uses them.</summary>
public class FileCallTests
{
    [Fact]
    public void A_file_is_opened_read_and_closed()
    {
        Assert.Equal(Errno.None, Libc.Open("/proc/self/comm"u8, OpenFlags.ReadOnly, out int file));
        byte[] buffer = new byte[64];
        Assert.Equal(Errno.None, Libc.ReadAt(file, buffer, 0, out int count));
        Assert.Equal((byte)'\n', buffer[count - 1]);
        Assert.Equal(Errno.None, Libc.Stat(file, out Statx stat));
        Assert.Equal(FileType.Regular, stat.Mode & FileType.Mask);
        Assert.Equal(Errno.None, Libc.GetFileSystemType(file, out long type));
        Assert.Equal(FileSystemMagic.Proc, type);
        Libc.Close(file);
    }

    [Fact]
    public void A_name_is_never_cut_at_a_nul()
    {
        Assert.Equal(Errno.ENOENT, Libc.Open("/proc\0/self"u8, OpenFlags.ReadOnly, out _));
        Assert.Equal(Errno.ENOENT, Libc.StatAt(At.CurrentDirectory, "/\0"u8, 0, out _));
    }

    [Fact]
    public void A_path_too_long_for_the_kernel_is_refused()
    {
        byte[] path = new byte[5000];
        Array.Fill(path, (byte)'/');
        Assert.Equal(Errno.ENAMETOOLONG, Libc.Open(path, OpenFlags.ReadOnly, out _));
    }

    [Fact]
    public void A_directory_is_listed_record_by_record()
    {
        Assert.Equal(Errno.None, Libc.Open("/proc/self/task"u8, OpenFlags.ReadOnly | OpenFlags.Directory, out int directory));
        byte[] buffer = new byte[4096];
        Assert.Equal(Errno.None, Libc.GetDents(directory, buffer, out int length));
        DirectoryReader reader = new(buffer.AsSpan(0, length));
        Assert.True(reader.MoveNext());
        Assert.True(reader.IsDots);
        Assert.Equal(DirectoryEntryType.Directory, reader.Type);
        Assert.True(reader.MoveNext());
        Assert.True(reader.IsDots);
        Assert.True(reader.MoveNext());
        Assert.Equal($"{Environment.ProcessId}", System.Text.Encoding.ASCII.GetString(reader.Name));
        Libc.Close(directory);
    }

    [Fact]
    public void A_link_is_read()
    {
        byte[] text = new byte[64];
        Assert.Equal(Errno.None, Libc.ReadLinkAt(At.CurrentDirectory, "/proc/self"u8, text, out int length));
        Assert.Equal($"{Environment.ProcessId}", System.Text.Encoding.ASCII.GetString(text, 0, length));
    }

    [Fact]
    public void A_wait_ends_when_its_descriptor_is_ready()
    {
        Assert.Equal(Errno.None, Libc.EventDescriptor(out int wake));
        Assert.Equal(Errno.None, Libc.EpollCreate(out int epoll));
        Assert.Equal(Errno.None, Libc.EpollAdd(epoll, wake, PollEvents.In, 0x1122_3344_5566_7788));
        ulong[] data = new ulong[4];
        Assert.Equal(Errno.None, Libc.EpollWait(epoll, data, 0, out int ready));
        Assert.Equal(0, ready);
        Assert.Equal(Errno.None, Libc.Write(wake, BitConverter.GetBytes(1UL), out _));
        Assert.Equal(Errno.None, Libc.EpollWait(epoll, data, 10_000, out ready));
        Assert.Equal(1, ready);
        Assert.Equal(0x1122_3344_5566_7788UL, data[0]);
        Libc.Close(epoll);
        Libc.Close(wake);
    }
}
