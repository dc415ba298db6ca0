using Bobbin.Kernel.Linux;

namespace Bobbin.Live;

/// <summary>
/// What says nothing of a task but that the server could not look: whoever asked is told so, and neither that there is no such task nor
/// that it may not be seen.
/// </summary>
internal static class Shortage
{
    extension(Errno error)
    {
        /// <summary>Whether it is for want of descriptors or memory.</summary>
        public bool IsShortage => error is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM;
    }
}
