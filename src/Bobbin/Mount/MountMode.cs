namespace Bobbin.Mount;

/// <summary>How much the kernel may keep of what a mount answers. Chosen at mount: the kernel cannot be told otherwise later.</summary>
public enum MountMode
{
    /// <summary>
    /// Every open, read and stat reaches the server, as in the kernel's procfs: direct I/O, size 0. Needed wherever an answer depends
    /// on who asks or on time, so always for a live source and for a mount that several users share.
    /// </summary>
    Exact,

    /// <summary>
    /// For a table that does not change on a mount of one user: no opens, true sizes, and what was answered once is answered from
    /// the kernel's caches for ever. Nothing can be written.
    /// </summary>
    AtRest,
}
