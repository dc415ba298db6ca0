namespace Bobbin.Kernel.Fuse.Abi;

/// <summary>Features that INIT settles (<c>FUSE_*</c>); bits from 32 on travel in <c>flags2</c>.</summary>
[Flags]
internal enum FuseInitFlags : ulong
{
    None = 0,
    AsyncRead = 1UL << 0,
    AtomicTruncate = 1UL << 3,
    ExportSupport = 1UL << 4,
    BigWrites = 1UL << 5,
    AsyncDirectIo = 1UL << 15,
    NoOpenSupport = 1UL << 17,
    ParallelDirectoryOperations = 1UL << 18,
    HandleKillPrivileges = 1UL << 19,
    PosixAcl = 1UL << 20,
    AbortError = 1UL << 21,
    MaxPages = 1UL << 22,
    CacheLinks = 1UL << 23,
    NoOpenDirectorySupport = 1UL << 24,
    InitExtended = 1UL << 30,

    /// <summary><c>FUSE_NO_EXPORT_SUPPORT</c>: name_to_handle_at(2) fails, as on procfs.</summary>
    NoExportSupport = 1UL << 38,
    OverIoUring = 1UL << 41,
}
