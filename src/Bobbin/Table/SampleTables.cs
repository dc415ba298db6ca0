using System.Buffers.Text;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>Tables ready made, for tests, benchmarks and trying things out.</summary>
public static class SampleTables
{
    /// <summary>
    /// A booted machine with many processes that sleep, all children of init, each with the same number of threads, a small
    /// program's memory and three open files. Ids are given in order: the process made first has the lowest.
    /// </summary>
    /// <param name="processes">How many processes there are besides those of <see cref="TaskTable.Boot"/>.</param>
    /// <param name="threads">How many threads each has, its leader included.</param>
    /// <param name="clock">The table's time.</param>
    public static TaskTable Many(int processes, int threads = 1, TableClock? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        TaskTable table = TaskTable.Boot(clock);
        table.System = table.System with { PidMax = 1 << 22, ThreadsMax = 1 << 22 };
        Span<byte> line = stackalloc byte[32];
        "/usr/bin/worker "u8.CopyTo(line);
        for (int i = 0; i < processes; i++)
        {
            Utf8Formatter.TryFormat(i, line[16..], out int digits);
            TableTask process = table.Init.Fork();
            process.Credentials = Credentials.OfUser(1000, 1000);
            process.Exec(TableProgram.Parse(line[..(16 + digits)]) with { Environment = "PATH=/usr/bin\0HOME=/\0"u8.ToArray() });
            process.Open("/dev/null"u8, 0x8000);
            process.Open("/dev/null"u8, 0x8001);
            process.Open("/dev/null"u8, 0x8001);
            process.Fault(minor: 90);
            process.State = TaskState.Sleeping;
            for (int thread = 1; thread < threads; thread++)
            {
                process.CloneThread().State = TaskState.Sleeping;
            }
        }

        return table;
    }

    /// <summary>
    /// A small machine with one of each: init, kernel threads, a session with a shell on a terminal and a job in it, another user's
    /// daemon with three threads, a zombie, a zombie leader with a live thread, a pid namespace with an init and a child.
    /// </summary>
    public static TaskTable Zoo(TableClock? clock = null)
    {
        TaskTable table = TaskTable.Boot(clock);
        TableTask init = table.Init;

        TableTask shell = Sleeper(init, "/bin/bash"u8);
        shell.SetSession();
        shell.Terminal = new TableTerminal(0x8800);
        TableTask job = Sleeper(shell, "/usr/bin/sleep 100"u8);
        job.LeadProcessGroup();
        job.TakeForeground();

        TableTask daemon = Sleeper(init, "/usr/sbin/daemon --quiet"u8);
        daemon.SetSession();
        daemon.Credentials = Credentials.OfUser(33, 33, 33, 44);
        daemon.CloneThread().Name = "daemon-worker"u8.ToArray();
        daemon.CloneThread().Name = "daemon-timer"u8.ToArray();

        TableTask zombie = Sleeper(shell, "/bin/false"u8);
        zombie.ExitGroup(1);

        TableTask headless = Sleeper(shell, "/usr/bin/headless"u8);
        TableTask body = headless.CloneThread();
        body.Name = "body"u8.ToArray();
        body.State = TaskState.Sleeping;
        headless.Exit();

        TableTask maker = Sleeper(shell, "/usr/bin/unshare --pid --fork"u8);
        maker.Unshare(CloneFlags.CLONE_NEWPID);
        TableTask inner = Sleeper(maker, "/sbin/inner-init"u8);
        Sleeper(inner, "/usr/bin/inner-child"u8);
        return table;
    }

    private static TableTask Sleeper(TableTask parent, ReadOnlySpan<byte> line)
    {
        TableTask task = parent.Spawn(TableProgram.Parse(line));
        task.State = TaskState.Sleeping;
        return task;
    }
}
