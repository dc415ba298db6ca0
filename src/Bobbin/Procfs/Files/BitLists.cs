namespace Bobbin.Procfs.Files;

/// <summary>Sets of processors and memory nodes, as the kernel prints bitmaps (<c>lib/vsprintf.c</c>, <c>%*pb</c> and <c>%*pbl</c>).</summary>
internal static class BitLists
{
    /// <summary>Hexadecimal, in groups of 32 bits with commas between; as wide as the count of bits.</summary>
    public static void Mask(ref ProcText text, scoped ReadOnlySpan<ulong> bits, int count)
    {
        for (int chunk = ((count + 31) / 32) - 1; chunk >= 0; chunk--)
        {
            ulong word = chunk / 2 < bits.Length ? bits[chunk / 2] : 0;
            int width = Math.Min(count - (chunk * 32), 32);
            ulong shown = (word >> (chunk % 2 * 32)) & ((1UL << width) - 1);
            text.Hex(shown, (width + 3) / 4).Literal(chunk == 0 ? ""u8 : ","u8);
        }
    }

    /// <summary>Ranges: <c>0-3,8</c>.</summary>
    public static void List(ref ProcText text, scoped ReadOnlySpan<ulong> bits)
    {
        bool any = false;
        int end = bits.Length * 64;
        for (int first = 0; first < end; first++)
        {
            if (!Has(bits, first))
            {
                continue;
            }

            int last = first;
            while (last + 1 < end && Has(bits, last + 1))
            {
                last++;
            }

            text.Literal(any ? ","u8 : ""u8).Number(first);
            if (last > first)
            {
                text.Byte((byte)'-').Number(last);
            }

            any = true;
            first = last;
        }
    }

    private static bool Has(ReadOnlySpan<ulong> bits, int index) => ((bits[index / 64] >> (index % 64)) & 1) != 0;
}
