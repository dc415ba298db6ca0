using System.Globalization;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Fixtures;

/// <summary>Directories read by getdents64(2).</summary>
internal static class Listing
{
    /// <summary>The position of pid 0 in the root, were there one (TGID_OFFSET in the kernel's fs/proc/base.c).</summary>
    public const int TaskPosition = 258;

    /// <summary>Where a listing of the root is over.</summary>
    public const int EndPosition = 4194304 + TaskPosition;

    /// <summary>All records from the descriptor's position on.</summary>
    public static List<Dirent> Rest(int descriptor, int size = 32768)
    {
        List<Dirent> all = [];
        while (true)
        {
            (long result, List<Dirent> records) = Native.GetDents(descriptor, size);
            Assert.True(result >= 0, $"getdents64: {(Errno)(-result)}");
            if (result == 0)
            {
                return all;
            }

            all.AddRange(records);
        }
    }

    /// <summary>All records of a directory; a failure of open or of getdents64 is the errno.</summary>
    public static (Errno Error, List<Dirent> Records) Read(string path)
    {
        int descriptor = Native.Open(path, Native.O_DIRECTORY);
        if (descriptor < 0)
        {
            return ((Errno)(-descriptor), []);
        }

        List<Dirent> all = [];
        long result;
        do
        {
            (result, List<Dirent> records) = Native.GetDents(descriptor, 32768);
            all.AddRange(records);
        }
        while (result > 0);

        Native.Close(descriptor);
        return (result < 0 ? (Errno)(-result) : Errno.None, all);
    }

    public static List<string> Names(string path)
    {
        (Errno error, List<Dirent> records) = Read(path);
        Assert.Equal((path, Errno.None), (path, error));
        return [.. records.Select(record => record.Name)];
    }

    /// <summary>The ids among the names, in their order.</summary>
    public static List<int> Ids(IEnumerable<Dirent> records) =>
        [.. records.Where(record => IsId(record.Name)).Select(record => int.Parse(record.Name, CultureInfo.InvariantCulture))];

    /// <summary>The bytes that the dots and these ids take in a buffer.</summary>
    public static int Room(params int[] ids) => 48 + ids.Sum(id => (19 + $"{id}".Length + 1 + 7) & ~7);

    public static bool IsId(string name) => name.All(char.IsAsciiDigit);
}
