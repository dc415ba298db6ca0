using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/cgroup: a line a hierarchy. Kernel: kernel/cgroup/cgroup.c, proc_cgroup_show().</summary>
internal static class CgroupFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        foreach (ControlGroup group in reading.Record.ControlGroups.Span)
        {
            text.Number(group.Hierarchy).Byte((byte)':').Literal(group.Controllers.Span).Byte((byte)':').Literal(group.Path.Span).Line();
        }
    }
}
