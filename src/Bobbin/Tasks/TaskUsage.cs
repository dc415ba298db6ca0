namespace Bobbin.Tasks;

/// <summary>Processor time, in nanoseconds, and page faults: of a thread, of a group (its dead threads included), or of children waited for.</summary>
public struct TaskUsage
{
    /// <summary>Time in user mode.</summary>
    public ulong UserTime;

    /// <summary>Time in the kernel.</summary>
    public ulong SystemTime;

    /// <summary>Of <see cref="UserTime"/>: running a guest.</summary>
    public ulong GuestTime;

    /// <summary>Page faults without input and output.</summary>
    public ulong MinorFaults;

    /// <summary>Page faults with input and output.</summary>
    public ulong MajorFaults;

    /// <summary>Adds another's.</summary>
    public void Add(in TaskUsage other)
    {
        UserTime += other.UserTime;
        SystemTime += other.SystemTime;
        GuestTime += other.GuestTime;
        MinorFaults += other.MinorFaults;
        MajorFaults += other.MajorFaults;
    }
}

/// <summary>Input and output: /proc/PID/io.</summary>
public struct TaskIo
{
    /// <summary>Bytes that read calls returned (rchar).</summary>
    public ulong ReadCharacters;

    /// <summary>Bytes that write calls took (wchar).</summary>
    public ulong WrittenCharacters;

    /// <summary>Read calls (syscr).</summary>
    public ulong ReadCalls;

    /// <summary>Write calls (syscw).</summary>
    public ulong WriteCalls;

    /// <summary>Bytes fetched from storage (read_bytes).</summary>
    public ulong ReadBytes;

    /// <summary>Bytes sent to storage (write_bytes).</summary>
    public ulong WrittenBytes;

    /// <summary>Bytes whose writing was cancelled (cancelled_write_bytes).</summary>
    public ulong CancelledBytes;

    /// <summary>What has come to it since an earlier reading of the same process.</summary>
    public readonly TaskIo Since(in TaskIo earlier) => new()
    {
        ReadCharacters = ReadCharacters - earlier.ReadCharacters,
        WrittenCharacters = WrittenCharacters - earlier.WrittenCharacters,
        ReadCalls = ReadCalls - earlier.ReadCalls,
        WriteCalls = WriteCalls - earlier.WriteCalls,
        ReadBytes = ReadBytes - earlier.ReadBytes,
        WrittenBytes = WrittenBytes - earlier.WrittenBytes,
        CancelledBytes = CancelledBytes - earlier.CancelledBytes,
    };

    /// <summary>Adds another's.</summary>
    public void Add(in TaskIo other)
    {
        ReadCharacters += other.ReadCharacters;
        WrittenCharacters += other.WrittenCharacters;
        ReadCalls += other.ReadCalls;
        WriteCalls += other.WriteCalls;
        ReadBytes += other.ReadBytes;
        WrittenBytes += other.WrittenBytes;
        CancelledBytes += other.CancelledBytes;
    }
}

/// <summary>What the scheduler did with a thread.</summary>
public struct TaskRuns
{
    /// <summary>Nanoseconds on a processor.</summary>
    public ulong RunTime;

    /// <summary>Nanoseconds waiting for a processor.</summary>
    public ulong WaitTime;

    /// <summary>How many times it got a processor.</summary>
    public ulong Slices;

    /// <summary>Switches because it waited.</summary>
    public ulong VoluntarySwitches;

    /// <summary>Switches because its time was up.</summary>
    public ulong InvoluntarySwitches;

    /// <summary>Nanoseconds waiting for storage.</summary>
    public ulong BlockDelay;
}
