using System.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Listing;

/// <summary>The names of users and groups, each asked for once.</summary>
internal sealed class UserNames
{
    private readonly Dictionary<uint, byte[]> _users = [];
    private readonly Dictionary<uint, byte[]> _groups = [];

    /// <summary>A user's name, or the number where it has none.</summary>
    public ReadOnlySpan<byte> User(uint id) => Find(_users, id, Libc.UserName);

    /// <summary>A group's name, or the number where it has none.</summary>
    public ReadOnlySpan<byte> Group(uint id) => Find(_groups, id, Libc.GroupName);

    private static byte[] Find(Dictionary<uint, byte[]> known, uint id, Func<uint, byte[]?> ask)
    {
        if (!known.TryGetValue(id, out byte[]? name))
        {
            known[id] = name = ask(id) ?? Encoding.ASCII.GetBytes($"{id}");
        }

        return name;
    }
}
