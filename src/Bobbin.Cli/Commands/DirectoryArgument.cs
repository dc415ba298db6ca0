using System.CommandLine;

namespace Bobbin.Cli.Commands;

/// <summary>The directory of <c>mount</c> and <c>umount</c>.</summary>
internal static class DirectoryArgument
{
    /// <summary>Makes the argument; an empty name, as of a variable that is not set, is a mistake of the command line.</summary>
    public static Argument<string> Make(string description)
    {
        Argument<string> directory = new("DIR") { Description = description };
        directory.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: 0 }])
            {
                result.AddError("the directory's name is empty");
            }
        });
        return directory;
    }
}
