using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Procfs;

// Files of the machine that are longer than a line.
public sealed partial class GoldenTests
{
    [Fact]
    public void Stat_of_the_machine() => Assert.Equal(
        "cpu  0 300 50 884 0 0 0 0 0 0\ncpu0 0 300 50 884 0 0 0 0 0 0\nintr 0\nctxt 0\nbtime 1767225600\nprocesses 4\n"
        + "procs_running 3\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n",
        Make().Read("/stat"));

    [Fact]
    public void Meminfo_has_the_kernels_columns()
    {
        string[] lines = Make().Read("/meminfo").TrimEnd('\n').Split('\n');
        Assert.Equal("MemTotal:        4194304 kB", lines[0]);
        Assert.Equal("MemFree:         2097152 kB", lines[1]);
        Assert.Equal("MemAvailable:    3145728 kB", lines[2]);
        Assert.Equal("HugePages_Total:       0", lines[^6]);
        Assert.Equal("Hugepagesize:       2048 kB", lines[^2]);
        Assert.Equal(50, lines.Length);
    }

    [Fact]
    public void Cpuinfo_has_a_block_for_each_processor()
    {
        Proc proc = Make();
        proc.Table.Processors = new ProcessorRecord[]
        {
            new() { Number = 0, Model = new ProcessorModel() },
            new() { Number = 1, Model = new ProcessorModel { Core = 1, Kilohertz = 2_096_005 } },
        };
        string[] blocks = proc.Read("/cpuinfo").Split("\n\n");
        Assert.Equal(3, blocks.Length);
        Assert.StartsWith("processor\t: 1\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\nmodel name\t: ", blocks[1], StringComparison.Ordinal);
        Assert.Contains("\ncpu MHz\t\t: 2096.005\n", blocks[1], StringComparison.Ordinal);
        Assert.Contains("\nbogomips\t: 4000.00\n", blocks[1], StringComparison.Ordinal);
        Assert.EndsWith("\naddress sizes\t: 46 bits physical, 48 bits virtual\npower management:", blocks[1], StringComparison.Ordinal);
    }
}
