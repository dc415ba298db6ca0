using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>
/// An open file or directory of the tree. What the kernel ties to the opener (credentials, the memory it looks at) was captured
/// when it was opened; the caller of each operation is told anew, since the kernel's rules tell the two apart.
/// </summary>
public abstract class ProcFile
{
    /// <summary>Reads at an offset; zero bytes are the end. A file of text is written at its first read and served from that.</summary>
    public virtual Errno Read(in Caller caller, long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        return Errno.EINVAL;
    }

    /// <summary>Writes; a task's file without a way to write answers EINVAL.</summary>
    public virtual Errno Write(in Caller caller, long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        return Errno.EINVAL;
    }

    /// <summary>Lists, where the file is a directory: from <paramref name="position"/> until the writer is full.</summary>
    public virtual Errno List(in Caller caller, long position, ref DirectoryWriter entries) => Errno.ENOTDIR;

    /// <summary>fstat(2) on this open file, where it differs from stat(2) of the node; false: ask for the node's.</summary>
    public virtual bool TryGetAttributes(in Caller caller, ref ProcAttributes attributes, out Errno error)
    {
        error = Errno.None;
        return false;
    }

    /// <summary>lseek(2) to the end, whose place is always 0; a file that the kernel makes of records (seq_file) has none: EINVAL.</summary>
    public virtual Errno FindEnd() => Errno.EINVAL;

    /// <summary>Which of <paramref name="events"/> (poll(2)) hold now. Task files report that they can be read and written.</summary>
    public virtual uint Poll(in Caller caller, uint events) => events & 0x45; // POLLIN | POLLOUT | POLLRDNORM

    /// <summary>The last descriptor is closed. The object may be used for another open file afterwards.</summary>
    public virtual void Release() { }
}
