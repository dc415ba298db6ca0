using Bobbin.Cli.Listing;

namespace Bobbin.Cli.Top;

/// <summary>The columns of <c>bobbin top</c>: those of <c>bobbin ps</c>, and some that only a screen that goes on has.</summary>
internal sealed class TopFields
{
    private readonly Field[] _own;

    /// <summary>Makes them.</summary>
    public TopFields(IoRates rates)
    {
        _own =
        [
            new("mem", "MEM", FieldKind.Number, "resident memory", (cells, _, task) => Bytes(cells, task.Process.ResidentBytes)) { Key = (_, task) => task.Process.ResidentBytes },
            Rate("read/s", "READ/s", "fetched from storage by the process, bytes a second; -: not known yet, or you may not look", rate => rate.Read),
            Rate("write/s", "WRITE/s", "sent to storage by the process, bytes a second; -: not known yet, or you may not look", rate => rate.Written),
        ];

        Field Rate(string name, string header, string description, Func<(double Read, double Written), double> value) =>
            new(name, header, FieldKind.Number, description, (cells, scene, task) =>
            {
                if (rates.Of(task.Process, scene.Texts) is { } rate)
                {
                    Bytes(cells, (ulong)value(rate));
                }
                else
                {
                    cells.Byte((byte)'-');
                }
            })
            {
                Key = (scene, task) => rates.Of(task.Process, scene.Texts) is { } rate ? value(rate) : -1,
            };
    }

    /// <summary>All that there are.</summary>
    public IEnumerable<Field> All => [.. _own, .. Fields.All];

    /// <summary>A column by its name.</summary>
    public Field? Find(string name) => Array.Find(_own, field => field.Name == name) ?? Fields.Find(name);

    /// <summary>What is shown where nobody says.</summary>
    public Field[] Usual(bool threads) =>
        [.. (threads ? "pid tid user pri ni state %cpu %mem mem read/s write/s time args" : "pid user pri ni state %cpu %mem mem read/s write/s nlwp time args").Split(' ').Select(name => Find(name)!)];

    /// <summary>A number of bytes in four characters or so: 512, 1.5K, 23M.</summary>
    public static void Bytes(CellBuffer cells, ulong bytes)
    {
        ReadOnlySpan<byte> units = "KMGTPE"u8;
        double value = bytes;
        int unit = -1;
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        if (unit < 0)
        {
            cells.Number(bytes);
        }
        else
        {
            _ = value < 9.95 ? cells.Tenths(value) : cells.Number((long)Math.Round(value));
            cells.Byte(units[unit]);
        }
    }
}
