using System.Diagnostics;
using Bobbin.Snapshots;
using Bobbin.Sources;
using Bobbin.Tests.Fixtures;
using Bobbin.Tests.Fuse;
using Xunit;

namespace Bobbin.Tests.Readers;

/// <summary>A process whose arguments lie on a page that a file system never brings: nobody waits for it.</summary>
public sealed class StalledArguments(Subjects subjects) : LiveTest(subjects)
{
    [Fact]
    public void Ps_ends_and_shows_the_process()
    {
        string program = Scratch.Compile("argv_on.c");
        using Served served = new();
        served.Files.Mappable = true;
        Process process = served.StartClient(program, served["stuck"]);
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        foreach (string reader in (string[])["bpf", "proc"])
        {
            Command ps = Command.Run([Product.Binary, "ps", "-o", "pid,comm,args", $"--reader={reader}", $"{process.Id}"]);
            Assert.Equal(0, ps.ExitCode);
            Assert.Contains($"{process.Id} exe", ps.Output, StringComparison.Ordinal);
        }

        using ITaskReader bpf = TaskReaders.Open(ReaderChoice.Bpf);
        Assert.True(bpf.Read(TaskFacets.Threads).TryFindProcess(process.Id, out _));

        // It is the file that is asked for where the page is read: the trap was set.
        int before = served.Files.Stuck;
        Process toucher = served.StartClient("dd", $"if=/proc/{process.Id}/mem", "of=/dev/null", "bs=4096", "count=1", $"skip={SkipOf(process.Id)}");
        Eventually(() => served.Files.Stuck > before || toucher.HasExited, "a read of the page");
        Assert.Equal(0, served.Files.Interrupted);
    }

    private static long SkipOf(int id) =>
        Convert.ToInt64(File.ReadLines($"/proc/{id}/maps").First(line => line.EndsWith("/stuck", StringComparison.Ordinal)).Split('-')[0], 16) / 4096;
}
