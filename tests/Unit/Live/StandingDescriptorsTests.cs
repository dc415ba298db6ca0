using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Xunit;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Tests.Live;

/// <summary>A descriptor is in one slot or in one hand, or closed.</summary>
public sealed class StandingDescriptorsTests
{
    [Fact]
    public void A_slot_gives_back_what_was_put_in_once()
    {
        int slot = 0, descriptor = Open();
        Assert.False(StandingDescriptors.TryTake(ref slot, out _));
        StandingDescriptors.Keep(ref slot, descriptor);
        Assert.True(StandingDescriptors.TryTake(ref slot, out int taken));
        Assert.Equal(descriptor, taken);
        Assert.False(StandingDescriptors.TryTake(ref slot, out _));
        StandingDescriptors.Keep(ref slot, taken);
        StandingDescriptors.Close(ref slot);
        Assert.Equal(0, slot);
    }

    [Fact]
    public void A_second_one_is_closed()
    {
        // An end of a pipe each, since their numbers may be used again at once: what is read tells whether the other end is closed.
        int slot = 0;
        using System.IO.Pipes.AnonymousPipeServerStream first = new(System.IO.Pipes.PipeDirection.In), second = new(System.IO.Pipes.PipeDirection.In);
        StandingDescriptors.Keep(ref slot, Take(first));
        StandingDescriptors.Keep(ref slot, Take(second));
        Assert.Equal(-1, second.ReadByte());
        StandingDescriptors.Close(ref slot);
        Assert.Equal(-1, first.ReadByte());
    }

    private static int Open()
    {
        Assert.Equal(Errno.None, Libc.OpenAt(-100, "/dev/null"u8, OpenFlags.ReadOnly, out int descriptor));
        return descriptor;
    }

    private static int Take(System.IO.Pipes.AnonymousPipeServerStream pipe)
    {
        int descriptor = (int)pipe.ClientSafePipeHandle.DangerousGetHandle();
        pipe.ClientSafePipeHandle.SetHandleAsInvalid();
        return descriptor;
    }
}
