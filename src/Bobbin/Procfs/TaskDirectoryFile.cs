using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>An open directory in a task's directory, such as <c>fd</c>. Its listing keeps no state: a position is an entry's number.</summary>
internal sealed class TaskDirectoryFile : ProcFile
{
    private static readonly FileList<TaskDirectoryFile> s_closed = new();

    private GeneratedContent? _content;
    private TaskEntry? _row;
    private ProcNode _node;

    public static TaskDirectoryFile Rent(GeneratedContent content, TaskEntry row, ProcNode node)
    {
        TaskDirectoryFile file = s_closed.Take() ?? new TaskDirectoryFile();
        file._content = content;
        file._row = row;
        file._node = node;
        return file;
    }

    public override Errno List(in Caller caller, long position, ref DirectoryWriter entries) =>
        _content!.ListSubdirectory(_row!, _node, position, ref entries);

    public override bool TryGetAttributes(in Caller caller, ref ProcAttributes attributes, out Errno error)
    {
        error = _content!.GetAttributes(caller, _node, ref attributes);
        if (error == Errno.ESRCH)
        {
            error = _content.GetDeadAttributes(_node, isDirectory: true, ref attributes);
        }

        return true;
    }

    public override void Release()
    {
        if (Interlocked.Exchange(ref _content, null) is not null)
        {
            s_closed.Return(this);
        }
    }
}
