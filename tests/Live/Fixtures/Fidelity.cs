namespace Bobbin.Tests.Fixtures;

/// <summary>
/// The rows of docs/fidelity.md. A test that meets a difference names its row, and asserts the kernel's answer on the kernel and
/// the other on Bobbin: when Bobbin becomes equal, the test fails and the row goes.
/// </summary>
internal static class Fidelity
{
    /// <summary>Every row's name and class: stricter, or different.</summary>
    public static IReadOnlyDictionary<string, string> Rows { get; } = Read();

    /// <summary>What to expect on this side, given that the row says that the two differ.</summary>
    public static T Expect<T>(string row, Side side, T kernel, T bobbin) =>
        Rows.ContainsKey(row) ? side == Side.Kernel ? kernel : bobbin : throw new InvalidOperationException($"docs/fidelity.md has no row {row}");

    private static Dictionary<string, string> Read()
    {
        Dictionary<string, string> rows = [];
        foreach (string line in File.ReadLines(Path.Combine(Product.Root, "docs/fidelity.md")))
        {
            string[] cells = line.Split('|');
            if (cells.Length >= 5 && cells[1].Trim() is { Length: > 2 } name && name[0] == '`')
            {
                rows.Add(name.Trim('`'), cells[2].Trim());
            }
        }

        return rows;
    }
}
