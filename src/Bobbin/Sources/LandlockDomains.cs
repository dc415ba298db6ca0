using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Bobbin.Live;

namespace Bobbin.Sources;

/// <summary>
/// Reads domains of Landlock from the kernel's memory, by a BPF program: about a microsecond a task. Needs CAP_BPF and CAP_PERFMON (or
/// CAP_SYS_ADMIN), Linux 6.12 and the kernel's BTF.
/// </summary>
/// <remarks>
/// Where Landlock's part lies among those of other security modules is settled at boot and written nowhere. It is found by trying: a thread
/// of ours enters a domain, and that word of its credentials is the one that changes into something of the shape of a domain in ours.
/// </remarks>
internal sealed class LandlockDomains : ILandlockDomains, IDisposable
{
    private const ulong AccessMakeBlock = 1 << 11; // LANDLOCK_ACCESS_FS_MAKE_BLOCK
    private const int WordsToTry = 64;

    private static readonly BpfMapSpec s_probe = new("probe", BpfMapType.Array, 4, 8, 1);

    private readonly BpfProgram _program;
    private ulong _place;

    private LandlockDomains(BpfProgram program) => _program = program;

    /// <summary>Loads the program and finds the place; null, and why, where this machine does not let us.</summary>
    /// <param name="isFirstPidNamespace">Whether ids here are those of the first pid namespace.</param>
    /// <param name="reason">Why not.</param>
    public static LandlockDomains? TryOpen(bool isFirstPidNamespace, out string reason)
    {
        LandlockDomains? domains = null;
        try
        {
            BpfMap.Create(s_probe).Dispose(); // refused sooner than the kernel's types are read
            using Btf types = Btf.OfKernel();
            domains = new LandlockDomains(BpfProgram.Load(LandlockProgram.Build(types, isFirstPidNamespace)));
            reason = domains.Confine(out bool isFound);
            if (isFound)
            {
                return domains;
            }
        }
        catch (Exception failure) when (BpfRefusal.Is(failure))
        {
            reason = BpfRefusal.Describe(failure);
        }

        domains?.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public bool Tells => true;

    /// <inheritdoc/>
    public bool MayTrace(int caller, int task)
    {
        Unsafe.SkipInit(out LandlockView actor);
        if (!TryLook(caller, asActor: true, ref actor))
        {
            return false;
        }

        if (actor.Domain == 0)
        {
            return true;
        }

        // Of a task that is gone nothing can be seen; whatever has its id now is not what was asked for.
        Unsafe.SkipInit(out LandlockView other);
        return task > 0 && TryLook(task, asActor: false, ref other) && other.Domain != 0 && ((ReadOnlySpan<ulong>)other.Ancestry).Contains(actor.Ancestry[0]);
    }

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    private bool TryLook(int task, bool asActor, ref LandlockView view)
    {
        view = new LandlockView { Task = task, AsActor = asActor ? 1 : 0, Place = _place };
        try
        {
            return _program.Run(MemoryMarshal.AsBytes(new Span<LandlockView>(ref view))) == 0;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>Puts a thread into a domain, for as long as it takes to find where that shows.</summary>
    private string Confine(out bool isFound)
    {
        bool found = false;
        int free = Libc.GetThreadId(), confined = 0;
        Errno error = Errno.None;
        using ManualResetEventSlim isConfined = new(), mayEnd = new();
        Thread thread = new(
            () =>
            {
                confined = Libc.GetThreadId();
                error = EnterDomain();
                isConfined.Set();
                mayEnd.Wait();
            },
            maxStackSize: 256 * 1024) { IsBackground = true, Name = "confined" };
        thread.Start();
        isConfined.Wait();
        if (error == Errno.None)
        {
            found = TryFindPlace(free, confined) && MayTrace(free, confined) && !MayTrace(confined, free) && MayTrace(confined, confined);
        }

        mayEnd.Set();
        thread.Join();
        isFound = found;
        return error == Errno.None ? "BPF" : $"landlock_restrict_self: {error.Describe()}";
    }

    /// <summary>For the calling thread, for good: it has to end soon. What is refused to it, making block devices, nobody here does.</summary>
    private static Errno EnterDomain()
    {
        Errno error = Libc.CreateLandlockRuleset(new LandlockRuleset { HandledAccess = AccessMakeBlock }, out int ruleset);
        if (error == Errno.None)
        {
            error = Libc.ProcessControl(ProcessControl.SetNoNewPrivileges, 1);
            error = error == Errno.None ? Libc.RestrictByLandlock(ruleset) : error;
            Libc.Close(ruleset);
        }

        return error;
    }

    /// <summary>The first such word: behind what belongs to the credentials lie others', which may be of whoever is in a domain too.</summary>
    private bool TryFindPlace(int free, int confined)
    {
        LandlockView before = default, after = default;
        for (int word = 0; word < WordsToTry; word++)
        {
            _place = (ulong)word * sizeof(ulong);
            if (TryLook(free, asActor: false, ref before) && TryLook(confined, asActor: false, ref after) && IsOneDomainFurther(before, after))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOneDomainFurther(in LandlockView before, in LandlockView after)
    {
        ulong layers = before.Domain == 0 ? 0 : before.Layers;
        ulong around = before.Domain == 0 ? 0 : before.Ancestry[0];
        return after.Domain != 0 && after.Domain != before.Domain && after.Layers == layers + 1 && after.Ancestry[0] != 0 && after.Ancestry[1] == around;
    }
}
