// Draws what `bench/run --tasks --sizes ... --log FILE` has measured: plot FILE PICTURE. A line of the file: threads, name, microseconds a
// thread, separated by tabs.
using System.Globalization;
using ScottPlot;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: plot FILE PICTURE.png");
    return 2;
}

Plot plot = new();
var series = File.ReadLines(args[0]).Select(line => line.Split('\t'))
    .GroupBy(words => words[1], words => (Threads: double.Parse(words[0], CultureInfo.InvariantCulture), Cost: double.Parse(words[2], CultureInfo.InvariantCulture)));
foreach (var one in series)
{
    var line = plot.Add.Scatter(one.Select(point => Math.Log10(point.Threads)).ToArray(), one.Select(point => Math.Log10(point.Cost)).ToArray());
    line.LegendText = one.Key.Replace("`", "", StringComparison.Ordinal);
    line.LineWidth = 2;
}

// Both scales by powers of ten.
static string Power(double exponent) => Math.Pow(10, exponent).ToString("#,0.##", CultureInfo.InvariantCulture);
plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { LabelFormatter = Power, IntegerTicksOnly = true };
plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { LabelFormatter = Power, IntegerTicksOnly = true };
plot.XLabel("threads on the machine");
plot.YLabel("microseconds a thread");
plot.Title("Reading every thread");
plot.ShowLegend(Edge.Right);
plot.SavePng(args[1], 1000, 500);
return 0;
