// Prints the id of its main thread, starts a second thread that prints its own, and sleeps: a thread that a listing of /proc does
// not show, and a lookup by its id finds. Try, while it runs:
//
//   cat /proc/TID/comm; ls /proc | grep TID; bobbin explain TID; bobbin run --list-threads -- ls /proc
using System.Runtime.InteropServices;

Console.WriteLine($"main thread {LibC.gettid()}");
Thread second = new(() =>
{
    Console.WriteLine($"second thread {LibC.gettid()}");
    Thread.Sleep(Timeout.Infinite);
})
{
    Name = "second",
};
second.Start();
second.Join();

internal static partial class LibC
{
    /// <summary>The calling thread's id, by which the kernel knows it; <see cref="Environment.CurrentManagedThreadId"/> is not it.</summary>
    [LibraryImport("libc")]
    internal static partial int gettid();
}
