// A file system with one file, served by Bobbin.Kernel alone: hello-fuse DIRECTORY, as root; Ctrl-C ends it.
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: hello-fuse DIRECTORY");
    return 2;
}

SafeFileHandle device;
try
{
    device = FuseMount.OpenDevice();
    FuseMount.Mount(device, args[0], new FuseMountOptions { Source = "hello", ReadOnly = true });
}
catch (LinuxException e)
{
    Console.Error.WriteLine($"hello-fuse: {e.Message}");
    return 1;
}

using FuseServer server = new(device, new HelloFileSystem(), new FuseOptions { Log = Console.Error.WriteLine });
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Unmount);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Unmount);
server.Serve();
return 0;

void Unmount(PosixSignalContext context)
{
    context.Cancel = true;
    FuseMount.Unmount(args[0], detach: true);
}

internal sealed class HelloFileSystem : FuseFileSystem
{
    private const ulong FileNode = 2;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(1);

    private static ReadOnlySpan<byte> Name => "hello"u8;

    private static ReadOnlySpan<byte> Content => "Hello from user space.\n"u8;

    public override Errno Lookup(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ref FuseEntry entry)
    {
        if (parent != RootNode || !name.SequenceEqual(Name))
        {
            return Errno.ENOENT;
        }

        entry.Node = FileNode;
        entry.Attributes = Describe(FileNode);
        entry.EntryLifetime = entry.AttributesLifetime = s_lifetime;
        return Errno.None;
    }

    public override Errno GetAttributes(in FuseRequest request, ulong node, ulong? handle, ref FuseAttributes attributes, out TimeSpan lifetime)
    {
        attributes = Describe(node);
        lifetime = s_lifetime;
        return Errno.None;
    }

    public override Errno Read(in FuseRequest request, ulong node, ulong handle, long offset, Span<byte> buffer, out int count)
    {
        ReadOnlySpan<byte> rest = Content[(int)Math.Min(offset, Content.Length)..];
        count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        return Errno.None;
    }

    public override Errno ReadDirectory(in FuseRequest request, ulong node, ulong handle, long position, ref DirectoryWriter entries)
    {
        // A record's position is that of the next one: 0 ".", 1 "..", 2 the file, 3 the end.
        _ = (position > 0 || entries.TryAdd("."u8, RootNode, 1, DirectoryEntryType.Directory))
            && (position > 1 || entries.TryAdd(".."u8, RootNode, 2, DirectoryEntryType.Directory))
            && (position > 2 || entries.TryAdd(Name, FileNode, 3, DirectoryEntryType.Regular));
        return Errno.None;
    }

    private static FuseAttributes Describe(ulong node) => node == RootNode
        ? new() { Inode = node, Mode = FileType.Directory | 0x16D, Links = 2 }
        : new() { Inode = node, Mode = FileType.Regular | 0x124, Links = 1, Size = Content.Length };
}
