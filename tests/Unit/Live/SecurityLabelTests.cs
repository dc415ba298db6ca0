using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Xunit;

namespace Bobbin.Tests.Live;

public sealed class SecurityLabelTests : IDisposable
{
    private readonly DirectoryInfo _task = Directory.CreateTempSubdirectory("bobbin-label-");

    [Theory]
    [InlineData("unconfined\n", "unconfined")]
    [InlineData("system_u:system_r:container_t:s0:c1,c2\0", "system_u:system_r:container_t:s0:c1,c2")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_label_is_read_without_its_end(string? content, string expected)
    {
        if (content is not null)
        {
            _task.CreateSubdirectory("attr");
            File.WriteAllText(Path.Combine(_task.FullName, "attr/current"), content);
        }

        byte[] path = Encoding.UTF8.GetBytes(_task.FullName);
        Assert.Equal(Errno.None, Libc.OpenAt(At.CurrentDirectory, path, Bobbin.Kernel.Linux.OpenFlags.ReadOnly | Bobbin.Kernel.Linux.OpenFlags.Directory, out int directory));
        Span<byte> label = stackalloc byte[SecurityLabel.Room];
        int length = SecurityLabel.Read(directory, label);
        Libc.Close(directory);
        Assert.Equal(expected, Encoding.UTF8.GetString(label[..length]));
    }

    public void Dispose() => _task.Delete(recursive: true);
}
