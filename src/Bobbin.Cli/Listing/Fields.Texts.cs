namespace Bobbin.Cli.Listing;

// What is read from /proc, a task at a time.
internal static partial class Fields
{
    private static Field[] Texts() =>
    [
        new("comm", "COMMAND", FieldKind.Text, "name of the thread, or of the process's first", (cells, _, task) => cells.Foreign(task.Thread.Name)) { Aliases = ["ucmd", "ucomm"] },
        new("args", "COMMAND", FieldKind.Text, "command line; of a thread its name; [name] where there is none", WriteArguments) { Aliases = ["cmd", "command"] },
        new("cgroup", "CGROUP", FieldKind.Text, "control group", (cells, scene, task) => cells.Foreign(OrDash(scene.Texts.ControlGroup(task.Process.Id)))),
        NamespaceField("pidns", "PIDNS", "pid namespace's inode; 0: you may not look"),
        NamespaceField("netns", "NETNS", "network namespace's inode; 0: you may not look"),
        NamespaceField("mntns", "MNTNS", "mount namespace's inode; 0: you may not look"),
        NamespaceField("userns", "USERNS", "user namespace's inode; 0: you may not look"),
    ];

    private static Field NamespaceField(string name, string header, string description)
    {
        byte[] link = System.Text.Encoding.ASCII.GetBytes(name[..^2]);
        return Number(name, header, description, (scene, task) => (long)scene.Texts.Namespace(task.Process.Id, link));
    }

    private static ReadOnlySpan<byte> OrDash(ReadOnlySpan<byte> text) => text.IsEmpty ? "-"u8 : text;

    private static void WriteArguments(CellBuffer cells, ListingScene scene, ListedTask task)
    {
        if (task.IsThread)
        {
            cells.Foreign(task.Thread.Name);
            return;
        }

        ReadOnlySpan<byte> arguments = scene.Texts.CommandLine(task.Process.Id).TrimEnd((byte)0);
        if (arguments.IsEmpty)
        {
            cells.Byte((byte)'[').Foreign(task.Thread.Name).Byte((byte)']');
            return;
        }

        bool isFirst = true;
        foreach (Range range in arguments.Split((byte)0))
        {
            if (!isFirst)
            {
                cells.Byte((byte)' ');
            }

            cells.Foreign(arguments[range]);
            isFirst = false;
        }
    }
}
