using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Live;

// Callers whom a security module confines more than us: the kernel would ask about their domain of Landlock and their label; about ours, it
// would allow too much.
public sealed partial class KernelContent
{
    /// <summary>
    /// Only a kernel that says so, or is older than 5.13, has no Landlock: a filter of system calls could make it seem absent to us alone
    /// (EPERM, ENOSYS).
    /// </summary>
    private readonly bool _isLandlockThere =
        Libc.GetLandlockVersion(out _) is not Errno.EOPNOTSUPP && Environment.OSVersion.Version >= new Version(5, 13);

    private readonly byte[] _label; // empty where no module gives labels

    /// <summary>
    /// Whether a security module may keep the caller from tracing a task that is not its own process. Of labels we know too little to see
    /// what another than ours allows. Of Landlock: what the kernel says of their domains; where nothing tells us, whether the caller may be in
    /// one. Entering one takes no_new_privs, which never goes away again, or CAP_SYS_ADMIN, which anybody has in a user namespace of his own.
    /// </summary>
    private bool IsOutOfDomain(in Caller caller, CallerIdentity who, TaskDirectory? task)
    {
        if (_label.Length > 0 && !HasOurLabel(caller))
        {
            return true;
        }

        if (!_isLandlockThere)
        {
            return false;
        }

        if (_domains is { Tells: true })
        {
            // Ids of the pid namespace that is shown are not ours.
            return !_domains.MayTrace(caller.ThreadId, task is null || _procfs.Shown is not null ? 0 : task.Key.Id);
        }

        return who.IsForeign || HasNoNewPrivileges(caller);
    }

    /// <summary>
    /// For a caller whom Landlock keeps from tracing the task: as nobody with the caller's powers, but that over processes, so that the kernel
    /// refuses what it would, and no more (what CAP_PERFMON lets read, say). Whether the mode allows it to the caller is asked before.
    /// </summary>
    private Errno EnterOutOfDomain(CallerIdentity who, TaskDirectory task, EntryRule rule, int mask, ReadOnlySpan<byte> ownerCheck, out Passage passage)
    {
        if (!_server.CanBecomeOthers)
        {
            return EnterWithoutTracing(rule, out passage);
        }

        passage = default;
        ulong capabilities = who.Capabilities & ~Bit(Capability.CAP_SYS_PTRACE);
        if (!ownerCheck.IsEmpty)
        {
            Errno error = CheckOwner(who, task, ownerCheck, mask);
            if (error != Errno.None)
            {
                return error;
            }

            capabilities |= Bit(Capability.CAP_DAC_OVERRIDE) | Bit(Capability.CAP_DAC_READ_SEARCH);
        }

        return Passage.AsNobody(_server, who, out passage, capabilities);
    }

    private static ulong Bit(Capability capability) => 1UL << (int)capability;

    private static byte[] ReadOwnLabel(TaskDirectories machine)
    {
        if (machine.RentAlive(Environment.ProcessId, false, out TaskDirectory directory) != Errno.None)
        {
            return [];
        }

        Span<byte> label = stackalloc byte[SecurityLabel.Room];
        int length = SecurityLabel.Read(directory.Descriptor, label);
        machine.Return(directory);
        return label[..length].ToArray();
    }

    private bool HasOurLabel(in Caller caller)
    {
        if (_procfs.Machine.RentAlive(caller.ThreadId, false, out TaskDirectory directory) != Errno.None)
        {
            return false;
        }

        Span<byte> label = stackalloc byte[SecurityLabel.Room];
        int length = SecurityLabel.Read(directory.Descriptor, label);
        _procfs.Machine.Return(directory);
        return label[..length].SequenceEqual(_label);
    }

    private bool HasNoNewPrivileges(in Caller caller)
    {
        if (_procfs.Machine.RentAlive(caller.ThreadId, false, out TaskDirectory directory) != Errno.None)
        {
            return true;
        }

        using StatusText status = StatusText.Read(directory.Descriptor);
        _procfs.Machine.Return(directory);
        return status.Error != Errno.None || status.Number("NoNewPrivs:"u8) != 0;
    }
}
