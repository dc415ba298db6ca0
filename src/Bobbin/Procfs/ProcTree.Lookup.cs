using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

// Finding a name. In the root any task's id is a name; the listing (ProcTree.Listing.cs) is another question with another answer.
public sealed partial class ProcTree
{
    private bool AnswersAreShared => View.HidePid == HidePid.Off;

    /// <summary>Finds a name in a directory.</summary>
    public Errno Lookup(in Caller caller, ProcNode parent, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        entry = default;
        if (parent == ProcNode.Root)
        {
            return LookupInRoot(caller, name, ref entry);
        }

        if (IsTaskDirectory(parent))
        {
            return LookupInTask(caller, parent, name, ref entry);
        }

        if (IsTaskList(parent))
        {
            return LookupThread(caller, parent, name, ref entry);
        }

        return _registry.TryGet(parent, out StaticEntry? own)
            ? LookupOwn(caller, own, name, ref entry)
            : _content.Lookup(caller, parent, name, ref entry);
    }

    private Errno LookupInRoot(in Caller caller, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        if (DecimalName.TryParseId(name, out int id))
        {
            Errno error = _source.Find(id, out TaskKey task);
            if (error != Errno.None)
            {
                return error;
            }

            entry.Node = ProcNode.OfTask(task, thread: false);
            entry.IsLasting = AnswersAreShared;
            return GetTaskDirectory(caller, entry.Node, task, ref entry.Attributes);
        }

        if (name.SequenceEqual("self"u8) || name.SequenceEqual("thread-self"u8))
        {
            entry.Node = name.Length == 4 ? ProcNode.Self : ProcNode.ThreadSelf;
            GetSelfLink(entry.Node, ref entry.Attributes);
            return Errno.None;
        }

        if (name.SequenceEqual(_fs.Name))
        {
            entry.Node = _fs.Node;
            return GetFs(caller, ref entry.Attributes);
        }

        return View.PidOnly ? Errno.ENOENT : _content.Lookup(caller, ProcNode.Root, name, ref entry);
    }

    private Errno LookupInTask(in Caller caller, ProcNode parent, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        Errno alive = FindTask(parent, out TaskKey task);
        if (alive != Errno.None)
        {
            // /proc/ID has a permission hook that cannot find its task; task/TID has none and just finds no name.
            return alive != Errno.ESTALE ? alive : parent.IsThread ? Errno.ENOENT : Errno.ESRCH;
        }

        if (!parent.IsThread)
        {
            Errno entered = _content.EnterTaskDirectory(caller, task);
            if (entered != Errno.None)
            {
                return entered;
            }

            if (name.SequenceEqual("task"u8))
            {
                entry.Node = ProcNode.OfTask(task, thread: false, ProcContent.TaskListEntry);
                entry.IsLasting = AnswersAreShared;
                return GetTaskList(caller, entry.Node, task, ref entry.Attributes);
            }
        }

        Errno found = _content.Lookup(caller, parent, name, ref entry);
        entry.IsLasting &= AnswersAreShared;
        return found;
    }

    private Errno LookupThread(in Caller caller, ProcNode parent, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        Errno error = FindTask(parent, out TaskKey task);
        if (error != Errno.None)
        {
            return error == Errno.ESTALE ? Errno.ESRCH : error;
        }

        error = _content.EnterTaskDirectory(caller, task);
        if (error != Errno.None)
        {
            return error;
        }

        error = FindInGroup(task, name, out TaskKey thread);
        if (error != Errno.None)
        {
            return error;
        }

        entry.Node = ProcNode.OfTask(thread, thread: true);
        entry.IsLasting = AnswersAreShared;
        return GetTaskDirectory(caller, entry.Node, thread, ref entry.Attributes);
    }

    /// <summary>The thread with an id of a task's group.</summary>
    private Errno FindInGroup(TaskKey task, ReadOnlySpan<byte> name, out TaskKey thread)
    {
        thread = default;
        Errno error = DecimalName.TryParseId(name, out int id) ? _source.Find(id, out thread) : Errno.ENOENT;
        if (error != Errno.None)
        {
            return error;
        }

        error = _source.FindGroup(task, out int group);
        if (error != Errno.None)
        {
            return error;
        }

        error = _source.FindGroup(thread, out int groupOfThread);
        return error == Errno.None && group != groupOfThread ? Errno.ENOENT : error;
    }

    private Errno LookupOwn(in Caller caller, StaticEntry own, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        if (own is not StaticDirectory directory)
        {
            return Errno.ENOTDIR;
        }

        if (directory.TryFind(name, out StaticEntry? found))
        {
            entry.Node = found.Node;
            found.GetAttributes(ref entry.Attributes);
            return Errno.None;
        }

        return own == _fs && TryGetContentFs(caller, out ProcNode fs) ? _content.Lookup(caller, fs, name, ref entry) : Errno.ENOENT;
    }

    /// <summary>
    /// The directory <c>fs</c> that the content has: the kernel's holds entries of its own, and <c>bobbin</c> is one more among them.
    /// Its node is kept for ever, so that a content which counts references never drops it.
    /// </summary>
    private bool TryGetContentFs(in Caller caller, out ProcNode fs)
    {
        fs = new ProcNode(Volatile.Read(ref _contentFs));
        if (fs.Value != 0)
        {
            return true;
        }

        ProcEntry entry = default;
        if (View.PidOnly || _content.Lookup(caller, ProcNode.Root, _fs.Name, ref entry) != Errno.None)
        {
            return false;
        }

        fs = entry.Node;
        Volatile.Write(ref _contentFs, fs.Value);
        return true;
    }
}
