using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct io_sqring_offsets</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoSubmissionOffsets
{
    public uint Head, Tail, RingMask, RingEntries, Flags, Dropped, Array, Reserved;
    public ulong UserAddress;
}

/// <summary><c>struct io_cqring_offsets</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoCompletionOffsets
{
    public uint Head, Tail, RingMask, RingEntries, Overflow, Entries, Flags, Reserved;
    public ulong UserAddress;
}

/// <summary><c>struct io_uring_params</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoUringParameters
{
    public uint SubmissionEntries, CompletionEntries, Flags, PollThreadProcessor, PollThreadIdle, Features, WorkQueue, Reserved0, Reserved1, Reserved2;
    public IoSubmissionOffsets Submission;
    public IoCompletionOffsets Completion;
}

/// <summary>The head of <c>struct io_uring_sqe</c> as a command to a driver uses it; the driver's 80 bytes follow at 48.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoCommand
{
    public byte Opcode, Flags;
    public ushort Priority;
    public int Descriptor;
    public uint Command, Padding;
    public ulong Address;
    public uint Length, CommandFlags;
    public ulong UserData;
    public ulong BufferAndPersonality;
}

/// <summary><c>struct io_uring_cqe</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoCompletion
{
    public ulong UserData;
    public int Result;
    public uint Flags;
}

/// <summary>
/// One io_uring with entries of 128 bytes (<c>IORING_SETUP_SQE128</c>), for commands to a driver. Only the thread that made it may use it.
/// </summary>
internal sealed unsafe class IoUring : IDisposable
{
    /// <summary>Bytes of an entry; <see cref="CommandOffset"/> of them are the kernel's.</summary>
    public const int EntrySize = 128, CommandOffset = 48;

    private const uint SetupEntry128 = 1 << 10, SetupSingleIssuer = 1 << 12, SetupDeferTaskRun = 1 << 13;
    private const uint FeatureSingleMap = 1;
    private const byte OperationCommand = 46;
    private const uint EnterGetEvents = 1;
    private const long SubmissionEntriesPlace = 0x10000000;

    private readonly int _descriptor;
    private readonly IoUringParameters _parameters;
    private byte* _rings, _entries;
    private nuint _ringsLength, _entriesLength;

    private IoUring(int descriptor, in IoUringParameters parameters)
    {
        _descriptor = descriptor;
        _parameters = parameters;
    }

    /// <summary>Makes a ring; ENOSYS or EPERM where the system has none or forbids it.</summary>
    public static Errno TryCreate(uint entries, out IoUring? ring)
    {
        ring = null;
        IoUringParameters parameters = new() { Flags = SetupEntry128 | SetupSingleIssuer | SetupDeferTaskRun };
        int descriptor = (int)Libc.syscall(SystemCall.IoUringSetup, (nint)entries, (nint)(&parameters));
        if (descriptor < 0)
        {
            return Libc.LastError;
        }

        IoUring made = new(descriptor, parameters);
        Errno error = (parameters.Features & FeatureSingleMap) != 0 ? made.Map() : Errno.ENOSYS;
        if (error != Errno.None)
        {
            made.Dispose();
            return error;
        }

        ring = made;
        return Errno.None;
    }

    /// <summary>Puts a command in line, to be submitted by the next <see cref="Enter"/>; the driver's part of it is to be filled in.</summary>
    public Span<byte> Prepare(int descriptor, uint command, void* address, uint length)
    {
        uint* tail = (uint*)(_rings + _parameters.Submission.Tail);
        uint index = *tail & (_parameters.SubmissionEntries - 1);
        byte* entry = _entries + (index * EntrySize);
        new Span<byte>(entry, EntrySize).Clear();
        *(IoCommand*)entry = new IoCommand { Opcode = OperationCommand, Descriptor = descriptor, Command = command, Address = (ulong)address, Length = length };
        ((uint*)(_rings + _parameters.Submission.Array))[index] = index;
        Volatile.Write(ref *tail, *tail + 1);
        return new Span<byte>(entry + CommandOffset, EntrySize - CommandOffset);
    }

    /// <summary>Submits and waits until there are that many results. EINTR after a signal, with everything submitted.</summary>
    public Errno Enter(uint submit, uint wait)
    {
        // EnterGetEvents also lets the kernel run what it has put off for this thread.
        return Libc.Failure(Libc.syscall(SystemCall.IoUringEnter, _descriptor, (nint)submit, (nint)wait, (nint)EnterGetEvents));
    }

    /// <summary>Takes one result.</summary>
    public bool TryComplete(out int result)
    {
        if (!TryPeek(out result))
        {
            return false;
        }

        uint* head = (uint*)(_rings + _parameters.Completion.Head);
        Volatile.Write(ref *head, *head + 1);
        return true;
    }

    /// <summary>Looks at the next result without taking it.</summary>
    public bool TryPeek(out int result)
    {
        uint* head = (uint*)(_rings + _parameters.Completion.Head);
        if (*head == Volatile.Read(ref *(uint*)(_rings + _parameters.Completion.Tail)))
        {
            result = 0;
            return false;
        }

        IoCompletion* entries = (IoCompletion*)(_rings + _parameters.Completion.Entries);
        result = entries[*head & (_parameters.CompletionEntries - 1)].Result;
        return true;
    }

    /// <summary>Cancels what is under way.</summary>
    public void Dispose()
    {
        if (_rings != null)
        {
            Libc.Unmap(_rings, _ringsLength);
            _rings = null;
        }

        if (_entries != null)
        {
            Libc.Unmap(_entries, _entriesLength);
            _entries = null;
        }

        Libc.Close(_descriptor);
    }

    private Errno Map()
    {
        nuint submission = _parameters.Submission.Array + (_parameters.SubmissionEntries * sizeof(uint));
        nuint completion = _parameters.Completion.Entries + (_parameters.CompletionEntries * (nuint)Unsafe.SizeOf<IoCompletion>());
        _ringsLength = nuint.Max(submission, completion);
        _entriesLength = _parameters.SubmissionEntries * EntrySize;
        Errno error = Libc.MapShared(_descriptor, 0, _ringsLength, writable: true, out void* rings);
        if (error != Errno.None)
        {
            return error;
        }

        _rings = (byte*)rings;
        error = Libc.MapShared(_descriptor, SubmissionEntriesPlace, _entriesLength, writable: true, out void* entries);
        _entries = error == Errno.None ? (byte*)entries : null;
        return error;
    }
}
