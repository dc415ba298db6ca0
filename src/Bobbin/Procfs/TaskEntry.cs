using Bobbin.Kernel.Linux;
using Bobbin.Procfs.Files;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>In which directories an entry stands.</summary>
[Flags]
internal enum EntryScope
{
    /// <summary>In <c>/proc/ID</c>.</summary>
    Group = 1,

    /// <summary>In <c>/proc/ID/task/TID</c>.</summary>
    Thread = 2,

    /// <summary>In both.</summary>
    Both = Group | Thread,
}

/// <summary>What an entry asks for beyond its mode.</summary>
[Flags]
internal enum EntryAccess
{
    /// <summary>Nothing.</summary>
    Plain = 0,

    /// <summary>The opener may trace the task, else EACCES; for a directory also whoever goes into it.</summary>
    TraceToOpen = 1,

    /// <summary>The reader may trace the task, else EACCES.</summary>
    TraceToRead = 2,

    /// <summary>The reader may trace the task, else EPERM.</summary>
    TraceToReadOrPermission = 4,

    /// <summary>The task has memory when it is opened, else ESRCH.</summary>
    MemoryToOpen = 8,

    /// <summary>Threads of the task's own group pass whatever the mode says.</summary>
    GroupPasses = 16,

    /// <summary>As <see cref="GroupPasses"/>, but below <c>task/</c> only.</summary>
    GroupPassesByThread = 32,

    /// <summary>The reader is the task, or has CAP_SYS_NICE, else EPERM.</summary>
    SelfOrNice = 64,

    /// <summary>The task has not given up its root and working directory when it is opened, else EINVAL.</summary>
    FileSystemToOpen = 128,
}

/// <summary>What a file says after its task is gone.</summary>
internal enum AfterDeath
{
    /// <summary>A read that has to write the text anew fails with ESRCH.</summary>
    NoTask,

    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>What it said when it was opened: the kernel holds on to what the file looks at.</summary>
    AsOpened,
}

/// <summary>One reading of a task's file.</summary>
internal struct TaskReading
{
    /// <summary>The task at this moment.</summary>
    public TaskRecord Record;

    /// <summary>Whether the file lies below <c>task/</c> and so tells of the thread alone.</summary>
    public bool IsThread;

    /// <summary>Who reads.</summary>
    public Caller Reader;

    /// <summary>Whose file it is.</summary>
    public GeneratedContent Content;

    /// <summary>Whether the reader may trace the task.</summary>
    public readonly bool MayTrace => Content.TaskAccess.MayTrace(Reader, Record);
}

/// <summary>Writes the text of a task's file.</summary>
internal delegate void TaskText(in TaskReading reading, ref ProcText text);

/// <summary>One write to a task's file.</summary>
/// <param name="Content">Whose file it is.</param>
/// <param name="Task">The task.</param>
/// <param name="Writer">Who writes.</param>
internal readonly record struct TaskWriting(GeneratedContent Content, TaskKey Task, Caller Writer);

/// <summary>Takes what was written to a task's file; <paramref name="count"/> comes in as the length of the data.</summary>
internal delegate Errno TaskStore(in TaskWriting writing, ReadOnlySpan<byte> data, ref int count);

/// <summary>Gives the target of a task's link; empty where there is none.</summary>
internal delegate ReadOnlySpan<byte> TaskLink(in TaskRecord record);

/// <summary>One row of <see cref="TaskEntries"/>.</summary>
internal sealed class TaskEntry(byte[] name, uint mode)
{
    /// <summary>The entry's name.</summary>
    public ReadOnlySpan<byte> Name => name;

    /// <summary>Type and permission bits.</summary>
    public uint Mode { get; } = mode;

    /// <summary>Its number in <see cref="ProcNode.Entry"/>: its place in the table, from 1.</summary>
    public int Number { get; set; }

    /// <summary>Where it stands.</summary>
    public EntryScope Scope { get; init; } = EntryScope.Both;

    /// <summary>Who may.</summary>
    public EntryAccess Access { get; init; }

    /// <summary>How its text behaves across reads.</summary>
    public TextRule Rule { get; init; }

    /// <summary>What remains of it.</summary>
    public AfterDeath AfterDeath { get; init; }

    /// <summary>Its text, where it is a file.</summary>
    public TaskText? Text { get; init; }

    /// <summary>What a write does; none: EINVAL.</summary>
    public TaskStore? Store { get; init; }

    /// <summary>Its target, where it is a link.</summary>
    public TaskLink? Link { get; init; }

    /// <summary>Its names, where it is a directory.</summary>
    public TaskSubdirectory? Directory { get; init; }

    /// <summary>Whether the mode is the one that keeps a task's own ids as owner (<c>fs/proc/base.c</c>, task_dump_owner).</summary>
    public bool KeepsOwner => Mode == (FileType.Directory | 0x16D);

    /// <summary><c>d_type</c>.</summary>
    public DirectoryEntryType DirectoryType => (Mode & FileType.Mask) switch
    {
        FileType.Directory => DirectoryEntryType.Directory,
        FileType.Link => DirectoryEntryType.Link,
        _ => DirectoryEntryType.Regular,
    };
}

/// <summary>A directory in a task's directory: <c>fd</c>, <c>fdinfo</c>, <c>ns</c>.</summary>
internal abstract class TaskSubdirectory
{
    /// <summary>What LOOKUP answers in a held directory whose task is gone.</summary>
    public virtual Errno AfterDeath => Errno.ENOENT;

    /// <summary>What fstat answers then.</summary>
    public virtual Errno AttributesAfterDeath => Errno.None;

    /// <summary>Finds a name.</summary>
    public abstract Errno Find(
        GeneratedContent content, in Caller caller, in TaskRecord record, bool thread, ReadOnlySpan<byte> name, ref ProcEntry entry);

    /// <summary>Lists the names, without dots, from a position of at least 2 on.</summary>
    public abstract void List(in TaskRecord record, bool thread, long position, ref DirectoryWriter entries);
}
