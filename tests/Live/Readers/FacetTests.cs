using System.Diagnostics;
using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using Bobbin.Sources;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Readers;

/// <summary>What snapshots hold beyond stat, where it is asked for.</summary>
public sealed class FacetTests(Subjects subjects) : LiveTest(subjects)
{
    private const TaskFacets Texts = TaskFacets.Arguments | TaskFacets.Environment | TaskFacets.ControlGroup | TaskFacets.Io | TaskFacets.Namespaces;

    [Theory, InlineData(ReaderChoice.Bpf), InlineData(ReaderChoice.Proc)]
    public void Facets_come_with_every_process(ReaderChoice choice)
    {
        ITaskReader reader = Own(TaskReaders.Open(choice));
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec env -i COLOR=blue=green EMPTY= /bin/sleep 1000 0 ' 0'"]))!;
        try
        {
            TaskSnapshot tasks = null!;
            Eventually(() => Find(tasks = reader.Read(Texts), process.Id).ToArgumentList() is ["/bin/sleep", "1000", "0", " 0"], "the arguments after exec");
            ProcessRow row = Find(tasks, process.Id);
            Assert.Equal("/bin/sleep\01000\00\0 0\0", Encoding.UTF8.GetString(row.Arguments));
            Assert.Equal([new("COLOR", "blue=green"), new("EMPTY", "")], row.ToEnvironment());
            Assert.Equal(File.ReadAllText($"/proc/{process.Id}/cgroup").Split('\n')[0].Split(':', 3)[2], Encoding.UTF8.GetString(row.ControlGroup));
            foreach ((string name, ulong number) in new[] { ("pid", row.Namespaces!.Pid), ("net", row.Namespaces.Net), ("user", row.Namespaces.User), ("uts", row.Namespaces.Uts) })
            {
                Assert.Equal(new FileInfo($"/proc/{process.Id}/ns/{name}").LinkTarget, $"{name}:[{number}]");
            }

            Assert.NotNull(row.Io);
            Assert.All(Enum.GetValues<TaskFacets>().Where(facet => (facet & Texts) != 0), facet => Assert.Equal(Errno.None, row.ErrorOf(facet)));
            Assert.True(reader.TryRead(process.Id, TaskFacets.Arguments, out TaskSnapshot? one));
            Assert.Equal(["/bin/sleep", "1000", "0", " 0"], one.Processes[0].ToArgumentList());
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Theory, InlineData(ReaderChoice.Bpf), InlineData(ReaderChoice.Proc)]
    public void What_could_not_be_read_says_why(ReaderChoice choice)
    {
        ITaskReader reader = Own(TaskReaders.Open(choice));
        int zombie = StartActor().Check("zombie", 0);
        TaskSnapshot tasks = reader.Read(Texts);
        ProcessRow dead = Find(tasks, zombie), kernel = Find(tasks, 2);
        Assert.Equal((true, Errno.None), (dead.Arguments.IsEmpty, dead.ErrorOf(TaskFacets.Arguments)));
        Assert.Equal((true, Errno.ESRCH), (dead.EnvironmentVariables.IsEmpty, dead.ErrorOf(TaskFacets.Environment)));
        Assert.Equal((0, Errno.None), (kernel.ToArgumentList().Length, kernel.ErrorOf(TaskFacets.Arguments)));

        // What was not asked for is not there, whatever the snapshot before held.
        TaskSnapshot plain = reader.Read(TaskFacets.None, recycled: tasks);
        ProcessRow known = Find(plain, Environment.ProcessId);
        Assert.Equal((true, null, null, null), (known.Arguments.IsEmpty, known.Io, known.Namespaces, known.UserId));
        Assert.Throws<ArgumentException>(() => known.ErrorOf(TaskFacets.Io));
        Assert.Throws<ArgumentException>(() => known.ErrorOf(TaskFacets.None));
        Assert.Equal(Errno.None, Find(reader.Read(TaskFacets.Io, recycled: plain), Environment.ProcessId).ErrorOf(TaskFacets.Io));
    }

    [Fact]
    public void Who_may_not_look_is_told_so()
    {
        Actor target = StartActor();
        List<(TaskFacets Facet, Errno Error)> errors = [];
        ulong? user = 0;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                // Another user, for this thread alone, and for good.
                Assert.Equal(Errno.None, Libc.SetThreadUserIds(4242, 4242, 4242));
                using ITaskReader reader = TaskReaders.Open(ReaderChoice.Proc);
                ProcessRow row = Find(reader.Read(Texts | TaskFacets.Credentials), target.Id);
                errors = [.. Enum.GetValues<TaskFacets>().Where(facet => (facet & Texts) != 0).Select(facet => (facet, row.ErrorOf(facet)))];
                user = row.UserId;
                Assert.Equal((null, null, true), (row.Io, row.Namespaces, row.EnvironmentVariables.IsEmpty));
                Assert.False(row.Arguments.IsEmpty);
            }
            catch (Exception caught) when (caught is not OutOfMemoryException)
            {
                failure = caught;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        Assert.Equal(
            [
                (TaskFacets.Arguments, Errno.None), (TaskFacets.Environment, Errno.EACCES), (TaskFacets.ControlGroup, Errno.None), (TaskFacets.Io, Errno.EACCES),
                (TaskFacets.Namespaces, Errno.EACCES),
            ],
            errors);
        Assert.Equal(0u, user);
    }

    [Fact]
    public void What_was_written_between_two_snapshots_is_told()
    {
        ITaskReader reader = Own(TaskReaders.Open());
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read go; head -c 100000 /dev/zero >/dev/null; printf %1000s x >/dev/null; read go"])
        {
            RedirectStandardInput = true,
        })!;
        try
        {
            TaskSnapshot before = reader.Read(TaskFacets.Io);
            process.StandardInput.WriteLine();
            TaskIo wrote = default;
            Eventually(
                () =>
                {
                    TaskSnapshot after = reader.Read(TaskFacets.Io);
                    wrote = new TaskChanges(before, after).Io(Find(after, process.Id))!.Value;
                    return wrote.WrittenCharacters >= 101_000; // the child's count comes to its parent when it is waited for
                },
                "what it wrote");
            Assert.Equal(101_000u, wrote.WrittenCharacters);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static ProcessRow Find(TaskSnapshot tasks, int id) =>
        tasks.TryFindProcess(id, out ProcessRow process) ? process : throw new InvalidOperationException($"no process {id}");
}
