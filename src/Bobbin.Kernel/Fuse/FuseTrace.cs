using System.Globalization;
using System.Text;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>One line for one request and its reply.</summary>
internal static class FuseTrace
{
    /// <summary>For example <c>#14 lookup node=1 uid=0 gid=0 tid=812 -> ENOENT</c>.</summary>
    public static string Describe(in FuseInHeader header, Errno error, int length)
    {
        ReadOnlySpan<byte> name = FuseCounters.NameOf(header.Operation);
        string operation = name.IsEmpty ? string.Create(CultureInfo.InvariantCulture, $"opcode-{(uint)header.Operation}") : Encoding.ASCII.GetString(name);
        string answer = !FuseProtocol.WantsReply(header.Operation) ? "no reply" : error == Errno.None ? $"{length} bytes" : error.ToString();
        return string.Create(CultureInfo.InvariantCulture,
            $"#{header.Unique} {operation} node={header.Node} uid={header.UserId} gid={header.GroupId} tid={header.ThreadId} length={header.Length} -> {answer}");
    }
}
