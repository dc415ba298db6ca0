namespace Bobbin.Procfs;

/// <summary>Whom other users' tasks are hidden from (mount option <c>hidepid</c>, <c>Documentation/filesystems/proc.rst</c>).</summary>
public enum HidePid
{
    /// <summary>0, <c>off</c>: nobody.</summary>
    Off = 0,

    /// <summary>1, <c>noaccess</c>: listed, but closed.</summary>
    NoAccess = 1,

    /// <summary>2, <c>invisible</c>: neither listed nor found.</summary>
    Invisible = 2,

    /// <summary>4, <c>ptraceable</c>: only what the caller may trace exists; the exempt group counts for nothing.</summary>
    Ptraceable = 4,
}

/// <summary>What is shown of a source: presentation, not a sandbox.</summary>
public sealed record ProcView
{
    /// <summary>The root listing holds every thread, in task-id order.</summary>
    public bool ListThreads { get; init; }

    /// <summary>The mount option <c>hidepid</c>.</summary>
    public HidePid HidePid { get; init; }

    /// <summary>The group that <see cref="HidePid"/> does not concern (mount option <c>gid</c>).</summary>
    public uint Gid { get; init; }

    /// <summary>Only tasks, nothing about the machine (mount option <c>subset=pid</c>).</summary>
    public bool PidOnly { get; init; }

    /// <summary>Nothing can be opened for writing.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The mount options of this view as /proc/mounts prints them: <c>gid=5,hidepid=invisible,subset=pid</c>, or nothing.</summary>
    public string Options
    {
        get
        {
            List<string> options = [];
            if (Gid != 0)
            {
                options.Add($"gid={Gid}");
            }

            if (HidePid != HidePid.Off)
            {
                options.Add($"hidepid={HidePid.ToString().ToLowerInvariant()}");
            }

            if (PidOnly)
            {
                options.Add("subset=pid");
            }

            return string.Join(',', options);
        }
    }
}
