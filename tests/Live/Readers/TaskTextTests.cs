using System.Diagnostics;
using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using Bobbin.Sources;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Readers;

/// <summary>What is read of one process at a time.</summary>
public sealed class TaskTextTests : LiveTest
{
    private readonly TaskTexts _texts;

    public TaskTextTests(Subjects subjects)
        : base(subjects) => _texts = Own(new TaskTexts());

    [Fact]
    public void Arguments_and_environment_are_those_of_the_start()
    {
        ProcessStartInfo start = new("/bin/sleep", ["1000"]);
        start.Environment.Clear();
        start.Environment["COLOR"] = "blue";
        using Process process = Process.Start(start)!;
        try
        {
            Eventually(() => _texts.CommandLine(process.Id).SequenceEqual("/bin/sleep\01000\0"u8), "the arguments after exec");
            Assert.Equal("COLOR=blue\0", Encoding.UTF8.GetString(_texts.EnvironmentOf(process.Id)));
            Assert.Equal(Errno.None, _texts.Error);
            Eventually(() => _texts.WaitChannel(process.Id).IndexOf("nanosleep"u8) >= 0, "its sleep");
            Assert.Equal(File.ReadAllText($"/proc/{process.Id}/cgroup").Split('\n')[0].Split(':', 3)[2], Encoding.UTF8.GetString(_texts.ControlGroup(process.Id)));
            Assert.Equal($"pid:[{_texts.Namespace(process.Id, "pid"u8)}]", new FileInfo($"/proc/{process.Id}/ns/pid").LinkTarget);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }

        Assert.True(_texts.CommandLine(process.Id).IsEmpty);
        Assert.Equal(Errno.ENOENT, _texts.Error);
    }

    [Fact]
    public void What_there_is_not_says_why()
    {
        Assert.True(_texts.CommandLine(2).IsEmpty); // a kernel thread has no arguments
        Assert.Equal(Errno.None, _texts.Error);
        Actor actor = StartActor();
        int zombie = actor.Check("zombie", 0);
        Assert.True(_texts.EnvironmentOf(zombie).IsEmpty);
        Assert.Equal(Errno.ESRCH, _texts.Error);
    }

    [Fact]
    public void What_was_read_and_written_is_counted()
    {
        Actor actor = StartActor();
        Assert.True(_texts.TryReadIo(actor.Id, out TaskIo before));
        actor.Ask("cat", "/proc/self/stat");
        Assert.True(_texts.TryReadIo(actor.Id, out TaskIo after));
        string[] text = File.ReadAllLines($"/proc/{actor.Id}/io");
        Assert.Equal([after.ReadCharacters, after.WrittenCharacters, after.ReadCalls, after.WriteCalls, after.ReadBytes, after.WrittenBytes, after.CancelledBytes],
            text.Select(line => ulong.Parse(line.Split(' ')[1])));
        Assert.True(after.ReadCharacters > before.ReadCharacters + 100);
    }

    [Fact]
    public void One_process_is_read_and_a_threads_id_is_none()
    {
        Actor actor = StartActor();
        int thread = actor.Check("thread", "w");
        foreach (ReaderChoice choice in (ReaderChoice[])[ReaderChoice.Bpf, ReaderChoice.Proc])
        {
            using ITaskReader reader = TaskReaders.Open(choice);
            Assert.True(reader.TryRead(actor.Id, TaskFacets.Threads, out TaskSnapshot? one));
            Assert.Equal((1, 2), (one.Processes.Count, one.Threads.Count));
            Assert.Equal(actor.Id, one.Processes[0].Id);
            Assert.False(reader.TryRead(thread, TaskFacets.Threads, out _));
            Assert.False(reader.TryRead(thread, TaskFacets.None, out _));
            Assert.False(reader.TryRead(4194304, TaskFacets.None, out _));
        }
    }
}
