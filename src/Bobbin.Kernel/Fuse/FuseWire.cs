using Bobbin.Kernel.Fuse.Abi;

namespace Bobbin.Kernel.Fuse;

/// <summary>From the file system's values to those of the wire.</summary>
internal static class FuseWire
{
    public static void Write(in FuseAttributes from, out FuseAttr to)
    {
        to.Inode = from.Inode;
        to.Size = from.Size;
        to.Blocks = from.Blocks;
        to.Accessed = from.Accessed.Seconds;
        to.Modified = from.Modified.Seconds;
        to.Changed = from.Changed.Seconds;
        to.AccessedNanoseconds = from.Accessed.Nanoseconds;
        to.ModifiedNanoseconds = from.Modified.Nanoseconds;
        to.ChangedNanoseconds = from.Changed.Nanoseconds;
        to.Mode = from.Mode;
        to.Links = from.Links;
        to.UserId = from.UserId;
        to.GroupId = from.GroupId;
        to.Device = from.Device;
        to.BlockSize = from.BlockSize;
        to.Flags = 0;
    }

    public static FuseAttributes Read(in FuseSetattrIn from) => new()
    {
        Size = (long)from.Size,
        Accessed = new FuseTime((long)from.Accessed, from.AccessedNanoseconds),
        Modified = new FuseTime((long)from.Modified, from.ModifiedNanoseconds),
        Changed = new FuseTime((long)from.Changed, from.ChangedNanoseconds),
        Mode = from.Mode,
        UserId = from.UserId,
        GroupId = from.GroupId,
    };

    /// <summary>A lifetime as the kernel takes it; a negative one is none.</summary>
    public static void Write(TimeSpan lifetime, out ulong seconds, out uint nanoseconds)
    {
        long ticks = Math.Max(lifetime.Ticks, 0);
        seconds = (ulong)(ticks / TimeSpan.TicksPerSecond);
        nanoseconds = (uint)(ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
    }
}
