using Xunit;

namespace Bobbin.Tests.Architecture;

/// <summary>A program that a page shows whole is the sample, which is compiled and run by tests.</summary>
public sealed class SampleInDocsTests
{
    [Fact]
    public void The_page_on_BPF_shows_the_sample() =>
        Assert.Contains("```csharp\n" + Repository.Read("samples/Execs/Program.cs"), Repository.Read("docs/bpf.md"), StringComparison.Ordinal);

    [Fact]
    public void Every_obstacle_is_explained()
    {
        string page = Repository.Read("docs/bpf.md");
        Assert.All(Enum.GetValues<Kernel.Bpf.BpfObstacle>()[1..], obstacle => Assert.Contains($"| `{obstacle}` |", page, StringComparison.Ordinal));
    }
}
