using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

public sealed partial class FuseProtocol
{
    /// <summary>Requests the kernel may have under way on nobody's behalf (readahead, asynchronous reads), and when it calls that busy.</summary>
    private const ushort MaxBackground = 64, CongestionThreshold = 48;

    private Errno Initialize(ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (_minor != 0)
        {
            return Errno.EINVAL;
        }

        // Flags2 and what follows it are absent before 7.36; the first four words never are.
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<FuseInitIn>()];
        bytes.Clear();
        ReadOnlySpan<byte> given = reader.Rest;
        if (given.Length < 8)
        {
            return Errno.EINVAL;
        }

        given[..Math.Min(given.Length, bytes.Length)].CopyTo(bytes);
        FuseInitIn offer = MemoryMarshal.Read<FuseInitIn>(bytes);
        if (offer.Major > Major)
        {
            // The kernel tries again with our major version.
            MemoryMarshal.Write(body, new FuseInitOut { Major = Major, Minor = NewestMinor });
            length = Unsafe.SizeOf<FuseInitOut>();
            return Errno.None;
        }

        if (offer.Major < Major || offer.Minor < OldestMinor)
        {
            _options.Log?.Invoke($"fuse: the kernel speaks {offer.Major}.{offer.Minor}; {Major}.{OldestMinor} is needed");
            return Errno.EPROTO;
        }

        FuseInitFlags offered = (FuseInitFlags)(offer.Flags | ((ulong)offer.Flags2 << 32));
        FuseInitFlags chosen = offered & Wanted;
        uint minor = Math.Min(offer.Minor, NewestMinor);
        MayUseIoUring = (chosen & FuseInitFlags.OverIoUring) != 0;
        MemoryMarshal.Write(body, new FuseInitOut
        {
            Major = Major,
            Minor = minor,
            MaxReadAhead = Math.Min(offer.MaxReadAhead, (uint)(_options.MaxPages * PageSize)),
            Flags = (uint)chosen,
            Flags2 = (uint)((ulong)chosen >> 32),
            MaxBackground = MaxBackground,
            CongestionThreshold = CongestionThreshold,
            MaxWrite = (uint)(_options.MaxPages * PageSize),
            MaxPages = (ushort)_options.MaxPages,
            TimeGranularity = 1,
        });
        length = Unsafe.SizeOf<FuseInitOut>();
        Volatile.Write(ref _minor, minor);
        return Errno.None;
    }

    /// <summary>What is asked for where the kernel offers it.</summary>
    private FuseInitFlags Wanted
    {
        get
        {
            FuseInitFlags wanted = FuseInitFlags.AsyncRead | FuseInitFlags.BigWrites | FuseInitFlags.AsyncDirectIo
                | FuseInitFlags.ParallelDirectoryOperations | FuseInitFlags.MaxPages | FuseInitFlags.InitExtended
                | FuseInitFlags.NoExportSupport;
            if (_options.AtomicTruncate)
            {
                wanted |= FuseInitFlags.AtomicTruncate;
            }

            if (_options.SkipOpen)
            {
                wanted |= FuseInitFlags.NoOpenSupport | FuseInitFlags.NoOpenDirectorySupport;
            }

            if (_options.UseIoUring && CanUseIoUring)
            {
                wanted |= FuseInitFlags.OverIoUring;
            }

            return wanted;
        }
    }
}
