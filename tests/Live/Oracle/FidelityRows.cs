using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>docs/fidelity.md: every row is asserted by a test, and is of one of the two kinds.</summary>
public class FidelityRows
{
    [Fact]
    public void Every_row_is_asserted_by_a_test()
    {
        string sources = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Product.Root, "tests/Live"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));
        Assert.NotEmpty(Fidelity.Rows);
        string[] untested = [.. Fidelity.Rows.Keys.Where(row => !sources.Contains($"\"{row}\"", StringComparison.Ordinal))];
        Assert.Empty(untested);
    }

    [Fact]
    public void A_row_is_stricter_or_different() =>
        Assert.All(Fidelity.Rows, row => Assert.True(row.Value is "stricter" or "different", $"{row.Key}: {row.Value}"));
}
