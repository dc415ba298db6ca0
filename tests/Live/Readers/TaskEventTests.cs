using System.Diagnostics;
using System.Text;
using Bobbin.Snapshots;
using Bobbin.Sources;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Readers;

/// <summary>Births, execs, ends and renames, told as they happen.</summary>
public sealed class TaskEventTests : LiveTest
{
    private readonly TaskEvents _events;
    private readonly List<TaskEvent> _seen = [];

    public TaskEventTests(Subjects subjects)
        : base(subjects) => _events = Own(TaskEvents.TryOpen(out string reason) ?? throw new InvalidOperationException(reason));

    [Fact]
    public void A_process_is_born_becomes_a_program_and_ends()
    {
        using Process child = Process.Start("/bin/sh", ["-c", "exit 7"])!;
        child.WaitForExit();
        TaskEvent exit = WaitFor(TaskEventKind.Exit, child.Id);
        Assert.Equal((7, 0, "sh"), (exit.ExitCode, exit.Signal, Name(exit)));
        TaskEvent fork = WaitFor(TaskEventKind.Fork, child.Id), exec = WaitFor(TaskEventKind.Exec, child.Id);
        Assert.Equal(Environment.ProcessId, fork.ParentId);
        Assert.Equal("sh", Name(exec));
        Assert.Equal((fork.Task, fork.Task), (exec.Task, exit.Task));
        Assert.True(fork.SinceBoot <= exec.SinceBoot && exec.SinceBoot <= exit.SinceBoot);
        Assert.False(fork.IsThread);
        Assert.Equal(0, _events.Lost);
    }

    [Fact]
    public void Who_is_killed_ends_by_the_signal()
    {
        using Process child = Process.Start("/bin/sleep", "1000")!;
        child.Kill();
        child.WaitForExit();
        Assert.Equal((9, 0), (WaitFor(TaskEventKind.Exit, child.Id).Signal, WaitFor(TaskEventKind.Exit, child.Id).ExitCode));
    }

    [Fact]
    public void Threads_and_names_have_the_identity_that_snapshots_have()
    {
        Actor actor = StartActor();
        int thread = actor.Check("thread", "worker");
        actor.Check("name", "a new\nname");
        TaskEvent fork = WaitFor(TaskEventKind.Fork, thread);
        Assert.Equal((true, actor.Id), (fork.IsThread, fork.ProcessId));
        Assert.Equal("a new\nname", Name(WaitFor(TaskEventKind.Rename, actor.Id, one => Name(one) != "actor")));
        foreach (ReaderChoice choice in (ReaderChoice[])[ReaderChoice.Bpf, ReaderChoice.Proc])
        {
            using ITaskReader reader = TaskReaders.Open(choice);
            Assert.True(reader.Read(TaskFacets.Threads).TryFindThread(thread, out ThreadRow row));
            Assert.Equal(row.Identity, fork.Task);
        }

        actor.Check("thread-exit", thread);
        Assert.Equal(fork.Task, WaitFor(TaskEventKind.Exit, thread).Task);
    }

    [Fact]
    public async Task Whoever_waits_is_told_and_can_be_cancelled()
    {
        using CancellationTokenSource source = new(TimeSpan.FromSeconds(60));
        Task<TaskEvent> waiting = Task.Run(async () =>
        {
            await foreach (TaskEvent one in _events.ReadAllAsync(source.Token))
            {
                if (one.Kind == TaskEventKind.Exit && one.ExitCode == 77)
                {
                    return one;
                }
            }

            throw new InvalidOperationException("the events ended");
        });
        using Process child = Process.Start("/bin/sh", ["-c", "exit 77"])!;
        Assert.Equal(child.Id, (await waiting).Task.Id);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _events.ReadAllAsync(source.Token).GetAsyncEnumerator(source.Token).MoveNextAsync());
    }

    [Fact]
    public void None_of_a_thousand_short_lives_is_missed()
    {
        using Process storm = Process.Start("/bin/sh", ["-c", "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); (exit 5); done"])!;
        int forks = 0, exits = 0;
        Eventually(() =>
        {
            while (_events.TryRead(out TaskEvent one))
            {
                forks += one.Kind == TaskEventKind.Fork && one.ParentId == storm.Id ? 1 : 0;
                exits += one.Kind == TaskEventKind.Exit && one.ParentId == storm.Id && one.ExitCode == 5 ? 1 : 0;
            }

            return exits == 1000;
        }, "a thousand ends", seconds: 60);
        Assert.Equal((1000, 0L), (forks, _events.Lost));
        storm.WaitForExit();
    }

    private static string Name(TaskEvent one) => Encoding.UTF8.GetString(one.Name.Span);

    private TaskEvent WaitFor(TaskEventKind kind, int id, Func<TaskEvent, bool>? also = null)
    {
        int at = -1;
        Eventually(() =>
        {
            while (_events.TryRead(out TaskEvent one))
            {
                _seen.Add(one);
            }

            return (at = _seen.FindIndex(one => one.Kind == kind && one.Task.Id == id && also?.Invoke(one) != false)) >= 0;
        }, $"{kind} of {id}");
        return _seen[at];
    }
}
