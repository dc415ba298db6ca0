using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary>
/// Numbers of the system calls that are made without a wrapper of the C library: because it has none, or because its wrapper
/// changes the whole process (credentials). Numbers from 424 on are the same on every architecture.
/// </summary>
internal static class SystemCall
{
    private static readonly bool s_arm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public const int PidfdSendSignal = 424;
    public const int IoUringSetup = 425;
    public const int IoUringEnter = 426;
    public const int OpenTree = 428;
    public const int MoveMount = 429;
    public const int Fsopen = 430;
    public const int Fsconfig = 431;
    public const int Fsmount = 432;
    public const int Fspick = 433;
    public const int PidfdOpen = 434;
    public const int CloseRange = 436;
    public const int Openat2 = 437;
    public const int PidfdGetfd = 438;
    public const int MountSetattr = 442;
    public const int LandlockCreateRuleset = 444;
    public const int LandlockRestrictSelf = 446;

    public static int Getgroups => s_arm64 ? 158 : 115;

    public static int Setgroups => s_arm64 ? 159 : 116;

    public static int Setresuid => s_arm64 ? 147 : 117;

    public static int Setresgid => s_arm64 ? 149 : 119;

    public static int Capget => s_arm64 ? 90 : 125;

    public static int Capset => s_arm64 ? 91 : 126;

    public static int Gettid => s_arm64 ? 178 : 186;

    public static int Tgkill => s_arm64 ? 131 : 234;

    public static int PerfEventOpen => s_arm64 ? 241 : 298;

    public static int Bpf => s_arm64 ? 280 : 321;

    public static int RtSigaction => s_arm64 ? 134 : 13;

    public static int RtSigprocmask => s_arm64 ? 135 : 14;

    public static int RtSigtimedwait => s_arm64 ? 137 : 128;

    public static int SchedGetscheduler => s_arm64 ? 120 : 145;

    public static int SchedSetaffinity => s_arm64 ? 122 : 203;

    public static int SchedGetaffinity => s_arm64 ? 123 : 204;
}
