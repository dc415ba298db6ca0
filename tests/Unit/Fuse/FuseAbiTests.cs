using System.Reflection;
using System.Runtime.CompilerServices;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Fuse.Abi;
using Xunit;

namespace Bobbin.Tests.Fuse;

/// <summary>Compares every structure with the kernel's header, by a C file of static assertions.</summary>
public sealed class FuseAbiTests
{
    /// <summary>The C structure, the C# one, the C fields in order, and the minor version that brought them.</summary>
    private static readonly (string Name, Type Type, string Fields, int Since)[] s_structures =
    [
        ("fuse_in_header", typeof(FuseInHeader), "len opcode unique nodeid uid gid pid total_extlen padding", 38),
        ("fuse_out_header", typeof(FuseOutHeader), "len error unique", 31),
        ("fuse_init_in", typeof(FuseInitIn), "major minor max_readahead flags flags2 unused", 36),
        ("fuse_init_out", typeof(FuseInitOut), "major minor max_readahead flags max_background congestion_threshold max_write time_gran max_pages map_alignment flags2 *", 36),
        ("fuse_forget_in", typeof(FuseForgetIn), "nlookup", 31),
        ("fuse_batch_forget_in", typeof(FuseBatchForgetIn), "count dummy", 31),
        ("fuse_forget_one", typeof(FuseForgetOne), "nodeid nlookup", 31),
        ("fuse_getattr_in", typeof(FuseGetattrIn), "getattr_flags dummy fh", 31),
        ("fuse_setattr_in", typeof(FuseSetattrIn), "valid padding fh size lock_owner atime mtime ctime atimensec mtimensec ctimensec mode unused4 uid gid unused5", 31),
        ("fuse_mknod_in", typeof(FuseMknodIn), "mode rdev umask padding", 31),
        ("fuse_mkdir_in", typeof(FuseMkdirIn), "mode umask", 31),
        ("fuse_rename_in", typeof(FuseRenameIn), "newdir", 31),
        ("fuse_rename2_in", typeof(FuseRename2In), "newdir flags padding", 31),
        ("fuse_link_in", typeof(FuseLinkIn), "oldnodeid", 31),
        ("fuse_open_in", typeof(FuseOpenIn), "flags open_flags", 33),
        ("fuse_create_in", typeof(FuseCreateIn), "flags mode umask open_flags", 33),
        ("fuse_release_in", typeof(FuseReleaseIn), "fh flags release_flags lock_owner", 31),
        ("fuse_flush_in", typeof(FuseFlushIn), "fh unused padding lock_owner", 31),
        ("fuse_getxattr_in", typeof(FuseGetxattrIn), "size padding", 31),
        ("fuse_getxattr_out", typeof(FuseGetxattrOut), "size padding", 31),
        ("fuse_read_in", typeof(FuseReadIn), "fh offset size read_flags lock_owner flags padding", 31),
        ("fuse_write_in", typeof(FuseWriteIn), "fh offset size write_flags lock_owner flags padding", 31),
        ("fuse_fsync_in", typeof(FuseFsyncIn), "fh fsync_flags padding", 31),
        ("fuse_access_in", typeof(FuseAccessIn), "mask padding", 31),
        ("fuse_interrupt_in", typeof(FuseInterruptIn), "unique", 31),
        ("fuse_poll_in", typeof(FusePollIn), "fh kh flags events", 31),
        ("fuse_attr", typeof(FuseAttr), "ino size blocks atime mtime ctime atimensec mtimensec ctimensec mode nlink uid gid rdev blksize flags", 32),
        ("fuse_entry_out", typeof(FuseEntryOut), "nodeid generation entry_valid attr_valid entry_valid_nsec attr_valid_nsec attr", 31),
        ("fuse_attr_out", typeof(FuseAttrOut), "attr_valid attr_valid_nsec dummy attr", 31),
        ("fuse_open_out", typeof(FuseOpenOut), "fh open_flags *", 31),
        ("fuse_write_out", typeof(FuseWriteOut), "size padding", 31),
        ("fuse_kstatfs", typeof(FuseStatfs), "blocks bfree bavail files ffree bsize namelen frsize padding spare", 31),
        ("fuse_poll_out", typeof(FusePollOut), "revents padding", 31),
        ("fuse_dirent", typeof(FuseDirent), "ino off namelen type", 31),
        ("fuse_notify_poll_wakeup_out", typeof(FuseNotifyPoll), "kh", 31),
        ("fuse_notify_inval_inode_out", typeof(FuseNotifyInvalInode), "ino off len", 31),
        ("fuse_notify_inval_entry_out", typeof(FuseNotifyInvalEntry), "parent namelen flags", 38),
        ("fuse_notify_delete_out", typeof(FuseNotifyDelete), "parent child namelen padding", 31),
        ("fuse_notify_retrieve_out", typeof(FuseNotifyRetrieve), "notify_unique nodeid offset size padding", 31),
        ("fuse_uring_cmd_req", typeof(FuseUringRequest), "flags commit_id qid * *", 42),
        ("fuse_uring_ent_in_out", typeof(FuseUringEntry), "flags commit_id payload_sz padding reserved", 42),
        ("fuse_uring_req_header", typeof(FuseUringHeader), "in_out op_in ring_ent_in_out", 42),
        ("fuse_notify_prune_out", typeof(FuseNotifyPrune), "count padding spare", 45),
    ];

    /// <summary>Constants: the C name and our value.</summary>
    private static readonly (string Name, ulong Value, int Since)[] s_constants =
    [
        ("FUSE_LOOKUP", (ulong)FuseOperation.Lookup, 31),
        ("FUSE_READDIR", (ulong)FuseOperation.ReadDirectory, 31),
        ("FUSE_INTERRUPT", (ulong)FuseOperation.Interrupt, 31),
        ("FUSE_BATCH_FORGET", (ulong)FuseOperation.BatchForget, 31),
        ("FUSE_NOTIFY_REPLY", (ulong)FuseOperation.NotifyReply, 31),
        ("FUSE_RENAME2", (ulong)FuseOperation.Rename2, 31),
        ("FUSE_TMPFILE", (ulong)FuseOperation.MakeTemporary, 37),
        ("FUSE_ASYNC_READ", (ulong)FuseInitFlags.AsyncRead, 31),
        ("FUSE_ATOMIC_O_TRUNC", (ulong)FuseInitFlags.AtomicTruncate, 31),
        ("FUSE_BIG_WRITES", (ulong)FuseInitFlags.BigWrites, 31),
        ("FUSE_ASYNC_DIO", (ulong)FuseInitFlags.AsyncDirectIo, 31),
        ("FUSE_NO_OPEN_SUPPORT", (ulong)FuseInitFlags.NoOpenSupport, 31),
        ("FUSE_PARALLEL_DIROPS", (ulong)FuseInitFlags.ParallelDirectoryOperations, 31),
        ("FUSE_MAX_PAGES", (ulong)FuseInitFlags.MaxPages, 31),
        ("FUSE_NO_OPENDIR_SUPPORT", (ulong)FuseInitFlags.NoOpenDirectorySupport, 31),
        ("FUSE_INIT_EXT", (ulong)FuseInitFlags.InitExtended, 36),
        ("FUSE_NO_EXPORT_SUPPORT", (ulong)FuseInitFlags.NoExportSupport, 39),
        ("FUSE_OVER_IO_URING", (ulong)FuseInitFlags.OverIoUring, 42),
        ("FUSE_NOTIFY_POLL", (ulong)FuseNotice.Poll, 31),
        ("FUSE_NOTIFY_INVAL_INODE", (ulong)FuseNotice.InvalidateInode, 31),
        ("FUSE_NOTIFY_INVAL_ENTRY", (ulong)FuseNotice.InvalidateEntry, 31),
        ("FUSE_NOTIFY_RETRIEVE", (ulong)FuseNotice.Retrieve, 31),
        ("FUSE_IO_URING_CMD_REGISTER", (ulong)FuseUringCommand.Register, 42),
        ("FUSE_IO_URING_CMD_COMMIT_AND_FETCH", (ulong)FuseUringCommand.CommitAndFetch, 42),
        ("FUSE_NOTIFY_DELETE", (ulong)FuseNotice.Delete, 31),
        ("FUSE_NOTIFY_PRUNE", (ulong)FuseNotice.Prune, 45),
        ("FOPEN_DIRECT_IO", (ulong)FuseOpenFlags.DirectIo, 31),
        ("FOPEN_KEEP_CACHE", (ulong)FuseOpenFlags.KeepCache, 31),
        ("FOPEN_NONSEEKABLE", (ulong)FuseOpenFlags.NonSeekable, 31),
        ("FOPEN_CACHE_DIR", (ulong)FuseOpenFlags.CacheDirectory, 31),
        ("FOPEN_STREAM", (ulong)FuseOpenFlags.Stream, 31),
        ("FOPEN_NOFLUSH", (ulong)FuseOpenFlags.NoFlush, 35),
        ("FOPEN_PARALLEL_DIRECT_WRITES", (ulong)FuseOpenFlags.ParallelDirectWrites, 38),
        ("FATTR_SIZE", (ulong)FuseSetAttributes.Size, 31),
        ("FATTR_FH", (ulong)FuseSetAttributes.Handle, 31),
        ("FATTR_MTIME_NOW", (ulong)FuseSetAttributes.ModifiedNow, 31),
        ("FATTR_CTIME", (ulong)FuseSetAttributes.Changed, 31),
        ("FUSE_GETATTR_FH", FuseGetattrIn.HasHandle, 31),
        ("FUSE_POLL_SCHEDULE_NOTIFY", FusePollIn.ScheduleNotify, 31),
        ("FUSE_EXPIRE_ONLY", FuseNotifyInvalEntry.ExpireOnly, 38),
    ];

    [Fact]
    public void Structures_and_constants_are_the_kernels()
    {
        CLayout layout = new("linux/fuse.h");
        foreach ((string name, Type type, string fields, int since) in s_structures)
        {
            layout.If($"FUSE_KERNEL_MINOR_VERSION >= {since}", c => AssertStructure(c, name, type, fields));
        }

        foreach ((string name, ulong value, int since) in s_constants)
        {
            layout.If($"FUSE_KERNEL_MINOR_VERSION >= {since}", c => c.That($"(unsigned long long)({name}) == {value}ULL"));
        }

        layout.Check();
    }

    [Fact]
    public void The_list_above_is_complete()
    {
        HashSet<Type> listed = [.. s_structures.Select(s => s.Type)];
        IEnumerable<string> missing = typeof(FuseInHeader).Assembly.GetTypes()
            .Where(t => t is { Namespace: "Bobbin.Kernel.Fuse.Abi", IsValueType: true, IsEnum: false })
            .Where(t => t.GetCustomAttribute<InlineArrayAttribute>() is null)
            .Where(t => !listed.Contains(t)).Select(t => t.Name);
        Assert.Empty(missing);
    }

    private static void AssertStructure(CLayout c, string name, Type type, string fields)
    {
        FieldInfo[] ours = [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(f => f.MetadataToken)];
        string[] theirs = fields.Split(' ');
        Assert.Equal(theirs.Length, ours.Length);
        if (name != "fuse_dirent")
        {
            c.That($"sizeof(struct {name}) == {SizeOf(type)}");
        }

        int offset = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            int size = SizeOf(ours[i].FieldType);
            int alignment = Math.Min(size, ours[i].FieldType.IsPrimitive || ours[i].FieldType.IsEnum ? size : AlignmentOf(ours[i].FieldType));
            offset = (offset + alignment - 1) / alignment * alignment;

            // A star stands for what later versions gave names, or a union.
            if (theirs[i] != "*")
            {
                c.That($"offsetof(struct {name}, {theirs[i]}) == {offset}");
                c.That($"sizeof(((struct {name} *)0)->{theirs[i]}) == {size}");
            }

            offset += size;
        }

        Assert.True(offset <= SizeOf(type) && SizeOf(type) - offset < 8, name);
    }

    private static int AlignmentOf(Type structure) =>
        structure == typeof(FuseAttr) || structure == typeof(FuseUringEntry) ? 8 : structure == typeof(FuseUringArea) ? 1 : 4;

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
