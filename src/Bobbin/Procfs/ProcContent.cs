using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>
/// What stands below the names that <see cref="ProcTree"/> answers itself (the root, <c>self</c>, <c>thread-self</c>, task
/// directories and <c>task/</c>): the static entries of the root, and the entries of a task's directory with all below them.
/// Two kinds exist: generated from records (<c>GeneratedContent</c>), and the kernel's own (<c>Live.KernelContent</c>).
/// Every answer is for a caller.
/// </summary>
public abstract class ProcContent
{
    /// <summary>The entry number that <see cref="ProcNode.Entry"/> has for the <c>task</c> directory, which the tree answers.</summary>
    public const int TaskListEntry = 1;

    /// <summary>
    /// Attributes of a task's own directory (<c>/proc/ID</c>, or <c>/proc/ID/task/TID</c>); this is where hidepid decides whether the
    /// caller finds it (ENOENT where not, and where the task is gone).
    /// </summary>
    public abstract Errno GetTaskDirectory(in Caller caller, TaskKey task, bool thread, ref ProcAttributes attributes);

    /// <summary>
    /// Whether the caller may go into a task's directory: EPERM or ENOENT under hidepid, ESRCH for a task that is gone.
    /// </summary>
    public abstract Errno EnterTaskDirectory(in Caller caller, TaskKey task);

    /// <summary>
    /// Lists task ids for the root, ascending from <paramref name="from"/>: those that the caller's listing shows. Fewer than fit only
    /// at the end, or with an error.
    /// </summary>
    public abstract Errno ListTasks(in Caller caller, int from, bool everyThread, Span<int> ids, out int count);

    /// <summary>Finds a name in the root that is no task's, or in a directory that content answered for (a task's directory included).</summary>
    public abstract Errno Lookup(in Caller caller, ProcNode parent, ReadOnlySpan<byte> name, ref ProcEntry entry);

    /// <summary>stat(2) of a node that content answered for.</summary>
    public abstract Errno GetAttributes(in Caller caller, ProcNode node, ref ProcAttributes attributes);

    /// <summary>chmod, chown, truncate and utimes on a node, by FATTR bits: EPERM mostly.</summary>
    public abstract Errno SetAttributes(in Caller caller, ProcNode node, uint which, in ProcAttributes values);

    /// <summary>access(2).</summary>
    public abstract Errno Access(in Caller caller, ProcNode node, int mask);

    /// <summary>The text of a link.</summary>
    public abstract Errno ReadLink(in Caller caller, ProcNode node, Span<byte> target, out int length);

    /// <summary>Opens a file with open(2)'s flags, or a directory (<paramref name="directory"/>) for listing.</summary>
    public abstract Errno Open(in Caller caller, ProcNode node, int flags, bool directory, out ProcFile? file);

    /// <summary>
    /// Static entries of the root, from position 2 on, in the kernel's order (by length of the name, then by bytes).
    /// </summary>
    /// <param name="caller">Who lists.</param>
    /// <param name="index">0 for the first static entry.</param>
    /// <param name="entries">Takes the records; the record of entry i has <c>d_off</c> i + 3, the last one 256.</param>
    /// <param name="done">True when all static entries have been written.</param>
    public abstract Errno ListStatic(in Caller caller, int index, ref DirectoryWriter entries, out bool done);

    /// <summary>How many static entries of the root are directories, for its link count.</summary>
    public abstract int CountStaticDirectories();

    /// <summary>
    /// The names of a task's directory in the kernel's order: position is index + 2, <c>d_off</c> index + 3.
    /// </summary>
    public abstract Errno ListTaskDirectory(in Caller caller, TaskKey task, bool thread, long position, ref DirectoryWriter entries);

    /// <summary>What unlink, rmdir and rename are refused with in a directory: EPERM, and below <c>sys</c> EACCES, to everybody.</summary>
    public virtual Errno ChangesRefusedWith(ProcNode directory) => Errno.EPERM;

    /// <summary>What readlink(2) says of a link that is held open of a dead task: EACCES in <c>ns/</c>, which alone asks who looks first.</summary>
    public virtual Errno DeadLink(ProcNode node) => Errno.ENOENT;

    /// <summary>The kernel dropped references to a node whose id this content stores (<see cref="ProcNodeKind.Path"/>).</summary>
    public virtual void Forget(ProcNode node, ulong count) { }

    /// <summary>Whether a node whose id this content stores (<see cref="ProcNodeKind.Path"/>) belongs to a task that is dead.</summary>
    public virtual bool IsOfDeadTask(ProcNode node) => false;

    /// <summary>
    /// fstat(2) of what is held open of a dead task: mode and links of <paramref name="attributes"/>, whose owner is root.
    /// </summary>
    /// <param name="node">A task's directory, or an entry in it.</param>
    /// <param name="isDirectory">Whether it was opened as a directory.</param>
    /// <param name="attributes">To be filled.</param>
    /// <returns>ENOENT for <c>fd</c>, which alone asks for its task.</returns>
    public virtual Errno GetDeadAttributes(ProcNode node, bool isDirectory, ref ProcAttributes attributes)
    {
        bool directory = isDirectory || node.Entry == 0;
        attributes.Mode = directory ? FileType.Directory | 0x16D : FileType.Regular | 0x124;
        attributes.Links = !directory ? 1 : node.Entry != 0 ? 2 : node.IsThread ? 7u : 9u;
        return Errno.None;
    }
}
