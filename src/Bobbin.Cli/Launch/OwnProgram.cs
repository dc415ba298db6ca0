using System.Text;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Launch;

/// <summary>How to start bobbin once more.</summary>
internal static class OwnProgram
{
    // Not in a static constructor, whose failure would be told as another one.
    private static byte[]? s_path;

    /// <summary>Path of the program to execute: the native binary, or the runtime's host.</summary>
    public static byte[] Path => s_path ??= FindPath();

    /// <summary>Its arguments up to those that bobbin sees.</summary>
    public static byte[][] Prefix => IsHost
        ? ["dotnet"u8.ToArray(), Encoding.UTF8.GetBytes(System.IO.Path.Combine(AppContext.BaseDirectory, "Bobbin.Cli.dll"))]
        : ["bobbin"u8.ToArray()];

    /// <summary>The whole vector.</summary>
    public static byte[][] With(IEnumerable<string> arguments) => [.. Prefix, .. arguments.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whether this is native code; else a runtime's host started the assembly.</summary>
    public static bool IsNative => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is null;

    private static bool IsHost => !IsNative && Path.AsSpan().EndsWith("/dotnet"u8);

    // Not Environment.ProcessPath: a path is bytes.
    private static byte[] FindPath()
    {
        byte[] target = new byte[Libc.PathMax];
        Errno error = Libc.ReadLinkAt(At.CurrentDirectory, "/proc/self/exe"u8, target, out int length);
        return error == Errno.None
            ? target[..length]
            : throw new CommandFailure("/proc/self/exe", error.Describe(), "bobbin needs a /proc to find itself");
    }
}
