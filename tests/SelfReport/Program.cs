// What the .NET runtime, which reads /proc, says of its own process; each line is the same on any /proc that tells the truth.
using System.Diagnostics;
using System.Globalization;

using Process own = Process.GetCurrentProcess();
string[] stat = File.ReadAllText("/proc/self/stat").Split(' ');
string[] maps = File.ReadAllLines("/proc/self/maps");
int[] tasks = [.. Directory.GetDirectories("/proc/self/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Order()];
int[] threads = [.. own.Threads.Cast<ProcessThread>().Select(thread => thread.Id).Order()];
using Process found = Process.GetProcessById(own.Id);

Say("id", own.Id == Environment.ProcessId && stat[0] == own.Id.ToString(CultureInfo.InvariantCulture));
Say("name", $"{own.ProcessName} {stat[1]} {found.ProcessName}");
Say("module", own.MainModule?.FileName);
Say("modules", own.Modules.Cast<ProcessModule>().Any(module => module.ModuleName == "libcoreclr.so"));
Say("maps", maps.Length > 20 && maps.Any(line => line.EndsWith("/libcoreclr.so", StringComparison.Ordinal)));
Say("working set", Environment.WorkingSet > 1 << 20 && own.WorkingSet64 > 1 << 20 && own.PeakWorkingSet64 >= own.WorkingSet64);
Say("virtual", own.VirtualMemorySize64 > own.WorkingSet64);
Say("started", Math.Abs((DateTime.Now - own.StartTime).TotalMinutes) < 2 && own.StartTime == found.StartTime);
Say("processor time", own.TotalProcessorTime >= own.UserProcessorTime && own.TotalProcessorTime < TimeSpan.FromMinutes(2));
Say("threads", threads.Length > 1 && threads.Contains(own.Id) && tasks.Contains(own.Id) && threads.Intersect(tasks).Count() > 1);
Say("thread times", own.Threads.Cast<ProcessThread>().First(thread => thread.Id == own.Id).StartTime == own.StartTime);
Say("descriptors", own.HandleCount > 3);
Say("priority", $"{own.BasePriority} {own.PriorityClass}");
Say("session", own.SessionId.ToString(CultureInfo.InvariantCulture) == stat[5]);
Say("listed", Process.GetProcesses().Any(process => process.Id == own.Id));
Say("memory", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > 1 << 24);
Say("group", File.ReadAllText("/proc/self/cgroup").Length > 0);

static void Say<T>(string what, T value) => Console.WriteLine($"{what}: {value}");
