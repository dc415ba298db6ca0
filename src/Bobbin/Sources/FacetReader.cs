using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using Bobbin.Tasks;

namespace Bobbin.Sources;

/// <summary>
/// The facets of a snapshot that /proc alone tells, for both readers. Never by a BPF program: a process may have laid its arguments on a page that
/// some file system has to bring, and a program that waited for it would hold up the reading of all others.
/// </summary>
internal sealed class FacetReader(string path) : IDisposable
{
    private const TaskFacets FromTexts =
        TaskFacets.Arguments | TaskFacets.Environment | TaskFacets.ControlGroup | TaskFacets.Io | TaskFacets.Namespaces;

    private TaskTexts? _texts;

    /// <summary>Adds what was asked for to each process.</summary>
    public void Fill(TaskFacets facets, ProcessColumns processes, CancellationToken cancellation)
    {
        if ((facets & FromTexts) == 0)
        {
            return;
        }

        _texts ??= new TaskTexts(path);
        for (int row = 0; row < processes.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            Fill(facets, processes, processes.Id[row], _texts);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _texts?.Dispose();

    private static void Fill(TaskFacets facets, ProcessColumns processes, int id, TaskTexts texts)
    {
        if ((facets & TaskFacets.Arguments) != 0)
        {
            (processes.Arguments ??= new TextColumn()).Add(texts.CommandLine(id), texts.Error);
        }

        if ((facets & TaskFacets.Environment) != 0)
        {
            (processes.Environment ??= new TextColumn()).Add(texts.EnvironmentOf(id), texts.Error);
        }

        if ((facets & TaskFacets.ControlGroup) != 0)
        {
            (processes.ControlGroup ??= new TextColumn()).Add(texts.ControlGroup(id), texts.Error);
        }

        if ((facets & TaskFacets.Io) != 0)
        {
            bool isRead = texts.TryReadIo(id, out TaskIo io);
            (processes.Io ??= new ValueColumn<TaskIo>()).Add(io, isRead || texts.Error != Errno.None ? texts.Error : Errno.ESRCH);
        }

        if ((facets & TaskFacets.Namespaces) != 0)
        {
            (processes.Namespaces ??= new ValueColumn<NamespaceNumbers>()).Add(ReadNamespaces(id, texts, out Errno error), error);
        }
    }

    private static NamespaceNumbers ReadNamespaces(int id, TaskTexts texts, out Errno error)
    {
        // The first, that of users, is there for every task that may be looked at; a zombie has left others.
        NamespaceNumbers numbers = default;
        numbers[0] = texts.Namespace(id, NamespaceNumbers.Names[0]);
        error = texts.Error;
        for (int kind = 1; kind < NamespaceNumbers.Count && error == Errno.None; kind++)
        {
            numbers[kind] = texts.Namespace(id, NamespaceNumbers.Names[kind]);
        }

        return numbers;
    }
}
