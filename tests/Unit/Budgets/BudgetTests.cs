using System.Text.Json;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Tests.Architecture;
using Bobbin.Tests.Fuse;
using Xunit;

namespace Bobbin.Tests.Budgets;

/// <summary>bench/budgets.json is a contract: bytes that an operation may allocate once warm.</summary>
public sealed class BudgetTests
{
    private const int Warm = 200, Rounds = 20, Measured = 100;

    private static readonly Dictionary<string, Func<ServedTable, Action>> s_operations = new()
    {
        ["lookup of a task in the root"] = table => Lookup(table, "", $"{table.Id}"),
        ["lookup of a name that is not there"] = table => Lookup(table, "", "no-such-name"),
        ["lookup of an entry of a task"] = table => Lookup(table, $"{table.Id}", "stat"),
        ["lookup of a thread in task/"] = table => Lookup(table, $"{table.Id}/task", $"{table.Id + 1}"),
        ["getattr of a task's directory"] = table => Attributes(table, $"{table.Id}"),
        ["getattr of a task's file"] = table => Attributes(table, $"{table.Id}/stat"),
        ["listing of the root"] = table => table.Walk("", directory: true),
        ["listing of a task's directory"] = table => table.Walk($"{table.Id}", directory: true),
        ["listing of task/"] = table => table.Walk($"{table.Id}/task", directory: true),
        ["open, read, release of stat"] = table => table.Walk($"{table.Id}/stat"),
        ["open, read, release of status"] = table => table.Walk($"{table.Id}/status"),
        ["open, read, release of statm"] = table => table.Walk($"{table.Id}/statm"),
        ["open, read, release of comm"] = table => table.Walk($"{table.Id}/comm"),
        ["open, read, release of cmdline"] = table => table.Walk($"{table.Id}/cmdline"),
        ["open, read, release of task/TID/stat"] = table => table.Walk($"{table.Id}/task/{table.Id + 1}/stat"),
        ["open, read, release of task/TID/status"] = table => table.Walk($"{table.Id}/task/{table.Id + 1}/status"),
        ["open, read, release of uptime"] = table => table.Walk("uptime"),
        ["open, read, release of stat of the machine"] = table => table.Walk("stat"),
        ["open, read, release of meminfo"] = table => table.Walk("meminfo"),
        ["open, read, release of loadavg"] = table => table.Walk("loadavg"),
        ["open, read, release of cpuinfo"] = table => table.Walk("cpuinfo"),
    };

    public static TheoryData<string> Operations => [.. s_operations.Keys];

    [Fact]
    public void Every_operation_has_a_budget_and_every_budget_an_operation() =>
        Assert.Equal(s_operations.Keys.Order(StringComparer.Ordinal), ReadBudgets().Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Operations))]
    public void An_operation_keeps_to_its_budget(string name)
    {
        Action operation = s_operations[name](new ServedTable());
        for (int i = 0; i < Warm; i++)
        {
            operation();
        }

        // Of this thread alone, and the best round: the pools are shared with tests that run at the same time, and when these
        // have emptied one it is filled again.
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Measured; i++)
            {
                operation();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least / (double)Measured, 0, ReadBudgets()[name]);
    }

    private static Action Lookup(ServedTable table, string directory, string name)
    {
        byte[] request = ServedTable.Lookup(table.Find(directory), name);
        return () => table.Process(request);
    }

    private static Action Attributes(ServedTable table, string path)
    {
        byte[] request = RequestBytes.Of(FuseOperation.GetAttributes, table.Find(path), new FuseGetattrIn());
        return () => table.Send(request);
    }

    private static Dictionary<string, long> ReadBudgets()
    {
        using JsonDocument file = JsonDocument.Parse(Repository.Read("bench/budgets.json"));
        return file.RootElement.GetProperty("bytes").EnumerateObject().ToDictionary(budget => budget.Name, budget => budget.Value.GetInt64());
    }
}
