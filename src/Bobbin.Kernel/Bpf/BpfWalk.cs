using System.Runtime.InteropServices;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>One walk of a <see cref="BpfIterator"/>, read from its beginning to its end. One thread reads.</summary>
public sealed unsafe class BpfWalk : IDisposable
{
    private readonly SafeFileHandle _descriptor;
    private readonly string _program;

    internal BpfWalk(SafeFileHandle descriptor, string program)
    {
        _descriptor = descriptor;
        _program = program;
    }

    /// <summary>
    /// Copies what the program writes next into the buffer, as much as the kernel has ready; 0 at the end. The kernel walks while this runs,
    /// and hands out records of up to 8 pages at a time.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public int Read(Span<byte> buffer)
    {
        using BorrowedDescriptor walk = new(_descriptor);
        while (true)
        {
            Errno errno = Libc.Read(walk.Number, buffer, out int length);
            if (errno == Errno.None)
            {
                return length;
            }

            if (errno is not (Errno.EINTR or Errno.EAGAIN)) // EAGAIN: a million objects walked without one worth a record
            {
                throw new LinuxException(errno, "read", _program);
            }
        }
    }

    /// <summary>Copies the next records of a program that always writes as many bytes as <typeparamref name="T"/> has; 0 at the end.</summary>
    /// <exception cref="InvalidDataException">The walk ended within a record.</exception>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public int Read<T>(Span<T> records)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(records);
        int filled = 0;
        do
        {
            int length = Read(bytes[filled..]);
            if (length == 0 && filled % sizeof(T) != 0)
            {
                throw new InvalidDataException($"{_program} wrote {filled} bytes where its records have {sizeof(T)}.");
            }

            filled += length;
            if (length == 0)
            {
                break;
            }
        }
        while (filled % sizeof(T) != 0); // a read may end within a record

        return filled / sizeof(T);
    }

    /// <summary>Ends the walk where it is.</summary>
    public void Dispose() => _descriptor.Dispose();
}
