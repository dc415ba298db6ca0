using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

// The names of users and groups, by whatever the machine keeps them in (nsswitch.conf(5)).
internal static unsafe partial class Libc
{
    private const int LongestRecord = 64 * 1024; // a group's record holds all its members

    [LibraryImport(Library)]
    private static partial int getpwuid_r(uint id, byte* record, byte* buffer, nuint length, byte** result);

    [LibraryImport(Library)]
    private static partial int getgrgid_r(uint id, byte* record, byte* buffer, nuint length, byte** result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getpwnam_r(string name, byte* record, byte* buffer, nuint length, byte** result);

    /// <summary>A user's name; null where the id has none.</summary>
    public static byte[]? UserName(uint id)
    {
        Span<byte> record = stackalloc byte[128];
        byte[] buffer = new byte[LongestRecord];
        fixed (byte* at = record, room = buffer)
        {
            byte* found = null;
            return getpwuid_r(id, at, room, LongestRecord, &found) == 0 && found != null ? Name(found) : null;
        }
    }

    /// <summary>A group's name; null where the id has none.</summary>
    public static byte[]? GroupName(uint id)
    {
        Span<byte> record = stackalloc byte[128];
        byte[] buffer = new byte[LongestRecord];
        fixed (byte* at = record, room = buffer)
        {
            byte* found = null;
            return getgrgid_r(id, at, room, LongestRecord, &found) == 0 && found != null ? Name(found) : null;
        }
    }

    /// <summary>A user's id; false where there is no such user.</summary>
    public static bool TryUserId(string name, out uint id)
    {
        Span<byte> record = stackalloc byte[128];
        byte[] buffer = new byte[LongestRecord];
        fixed (byte* at = record, room = buffer)
        {
            byte* found = null;
            bool exists = getpwnam_r(name, at, room, LongestRecord, &found) == 0 && found != null;
            id = exists ? *(uint*)(found + (2 * sizeof(byte*))) : 0; // struct passwd: pw_name, pw_passwd, pw_uid
            return exists;
        }
    }

    // The first member of struct passwd and of struct group is the name.
    private static byte[] Name(byte* record)
    {
        byte* name = *(byte**)record;
        int length = 0;
        while (name[length] != 0)
        {
            length++;
        }

        return new ReadOnlySpan<byte>(name, length).ToArray();
    }
}
