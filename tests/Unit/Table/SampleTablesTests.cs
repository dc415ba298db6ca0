using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Table;

public sealed class SampleTablesTests
{
    [Fact]
    public void The_zoo_has_one_of_each()
    {
        TaskTable table = SampleTables.Zoo(TableClock.StoppedAt(0));
        var source = new TableSource(table);
        int[] ids = new int[64];
        int[] groups = ids[..source.ListGroups(0, ids)];
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 17, 18, 19], groups);
        int[] tasks = ids[..source.ListTasks(0, ids)];
        Assert.Equal(Enumerable.Range(1, 19), tasks);
        Assert.True(source.TryFind(14, out TaskKey zombie));
        Assert.True(source.TryGetRecord(zombie, out TaskRecord record));
        Assert.Equal(TaskState.Zombie, record.State);
        Assert.Equal(0x100, record.ExitCode);
        Assert.Null(record.Memory);
        Assert.True(source.TryFind(18, out TaskKey inner));
        Assert.True(source.TryGetRecord(inner, out record));
        Assert.Equal([18, 1], record.Ids.ToArray());
        Assert.Equal([9], record.SessionIds.ToArray());
        Assert.Equal(17, record.ParentId);
    }

    [Fact]
    public void Many_processes_have_ids_in_order()
    {
        TaskTable table = SampleTables.Many(1000, threads: 3, TableClock.StoppedAt(0));
        Assert.Equal(1008, table.GroupCount);
        Assert.Equal(3008, table.TaskCount);
        var source = new TableSource(table);
        int[] ids = new int[2000];
        Assert.Equal(1008, source.ListGroups(0, ids));
        Assert.Equal(9 + (3 * 999), ids[1007]);
        Assert.Equal(3008, source.ListTasks(0, new int[4000]));
    }
}
