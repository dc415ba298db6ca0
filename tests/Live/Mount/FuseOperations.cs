using System.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;

namespace Bobbin.Tests.Mount;

/// <summary>Operations by the names that <c>fs/bobbin/stats</c> gives them.</summary>
internal static class FuseOperations
{
    public static FuseOperation Of(string name) =>
        Enum.GetValues<FuseOperation>().Single(operation => Encoding.ASCII.GetString(FuseCounters.NameOf(operation)) == name);
}

/// <summary>Names of a directory, in its order.</summary>
internal static class Listing
{
    public static List<string> Of(string path, int size = 32768)
    {
        int descriptor = Native.Open(path, Native.O_DIRECTORY);
        List<string> names = [];
        while (Native.GetDents(descriptor, size) is { Result: > 0 } part)
        {
            names.AddRange(part.Records.Select(record => record.Name));
        }

        Native.Close(descriptor);
        return names;
    }
}
