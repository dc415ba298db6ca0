using Bobbin.Tests.Fixtures;

namespace Bobbin.Tests.Access;

/// <summary>Copies of a program with powers of their own.</summary>
internal static class Programs
{
    public static string SetUid(string program, uint user)
    {
        string copy = Copy(program);
        Command.Check("chown", $"{user}:0", copy);
        Command.Check("chmod", "4755", copy);
        return copy;
    }

    public static string WithCapability(string program)
    {
        string copy = Copy(program);
        Command.Check("setcap", "cap_net_raw+ep", copy);
        return copy;
    }

    private static string Copy(string program)
    {
        string copy = Path.Combine(Scratch.MakeFolder("program"), Path.GetFileName(program));
        Command.Check("cp", program, copy);
        return copy;
    }
}
