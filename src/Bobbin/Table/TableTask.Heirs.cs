namespace Bobbin.Table;

/// <summary>Who gets the children of a task that ends (<c>kernel/exit.c</c>, <c>forget_original_parent</c>).</summary>
public sealed partial class TableTask
{
    /// <summary>Children of an ended thread go to another of its group, else to a subreaper, else to init (<c>find_new_reaper</c>).</summary>
    private void GiveChildrenAway()
    {
        if (Children.Count == 0)
        {
            return;
        }

        TableTask heir = FindHeir();
        if (heir == this)
        {
            return; // a dying init keeps what it could not reap: the parent of such a child is outside
        }

        foreach (TableGroup child in Children.ToArray())
        {
            lock (Group)
            {
                Children.Remove(child.ChildNumber);
            }

            lock (child)
            {
                child.Parent = heir;
                if (heir.Group != Group)
                {
                    child.ExitSignal = TaskTable.SIGCHLD;
                }
            }

            lock (heir.Group)
            {
                child.ChildNumber = heir.Children.Add(child);
            }

            if (heir.Group != Group && child.IsZombie)
            {
                TellParent(child);
            }
        }
    }

    private TableTask FindHeir()
    {
        if (Group.FirstAlive() is { } sibling)
        {
            return sibling;
        }

        TablePidNamespace home = Pid.Namespace;
        for (TableTask? up = Group.Parent; up is not null && up.Pid.Namespace.Level == home.Level; up = up.Group.Parent)
        {
            if (up.Group.IsSubreaper && up.Group.FirstAlive() is { } reaper)
            {
                return reaper;
            }
        }

        TableGroup init = home.Reaper!;
        return init != Group ? init.FirstAlive() ?? init.Leader : Group.FirstLeft(this) ?? this;
    }
}
