using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Cli.Top;

/// <summary>Sends a signal to a task that was seen a while ago, and never to another that has its id by now.</summary>
internal static class TaskSignal
{
    /// <summary>Sends it; what came of it.</summary>
    /// <param name="task">Whom.</param>
    /// <param name="processId">Its process.</param>
    /// <param name="isThread">For this thread, not for its process.</param>
    /// <param name="signal">What.</param>
    /// <param name="reader">Reads who has the id now.</param>
    public static Errno Send(TaskIdentity task, int processId, bool isThread, int signal, ITaskReader reader)
    {
        // First a hold on whoever has the id, then the look whether it is the one: the id can then pass to nobody unnoticed. Of a thread a
        // hold is had since Linux 6.9.
        Errno error = Libc.PidfdOpen(isThread ? task.Id : processId, anyThread: isThread, out int hold);
        if (isThread && error == Errno.EINVAL)
        {
            return IsStill(task, processId, isThread, reader) ? Libc.SignalThread(processId, task.Id, signal) : Errno.ESRCH;
        }

        if (error != Errno.None)
        {
            return error;
        }

        error = IsStill(task, processId, isThread, reader) ? Libc.PidfdSignal(hold, signal) : Errno.ESRCH;
        Libc.Close(hold);
        return error;
    }

    private static bool IsStill(TaskIdentity task, int processId, bool isThread, ITaskReader reader) =>
        reader.TryRead(processId, isThread ? TaskFacets.Threads : TaskFacets.None, out TaskSnapshot? now)
        && (isThread ? now.TryFindThread(task.Id, out ThreadRow thread) && thread.Identity == task : now.Processes.Count == 1 && now.Processes[0].Identity == task);
}
