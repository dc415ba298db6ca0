using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Tests;

/// <summary>Questions to sources that never lack what it takes to answer: a table, and this machine while there are descriptors.</summary>
internal static class SourceQuestions
{
    extension(ITaskSource source)
    {
        public bool TryFind(int id, out TaskKey task) => Answered(source.Find(id, out task));

        public bool TryGroupOf(TaskKey task, out int groupId) => Answered(source.FindGroup(task, out groupId));

        public bool TryIdentify(in Caller caller, out int groupId, out int threadId) => Answered(source.Identify(caller, out groupId, out threadId));

        public int ListGroups(int from, Span<int> ids)
        {
            Errno error = source.ListGroups(from, ids, out int count);
            return error == Errno.None ? count : throw new LinuxException(error, "ListGroups");
        }

        public int ListTasks(int from, Span<int> ids)
        {
            Errno error = source.ListTasks(from, ids, out int count);
            return error == Errno.None ? count : throw new LinuxException(error, "ListTasks");
        }
    }

    private static bool Answered(Errno error) => error switch
    {
        Errno.None => true,
        Errno.ENOENT => false,
        _ => throw new LinuxException(error, "find"),
    };
}
