using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Linux;

/// <summary>The structures of io_uring, of messages with descriptors and of signal handlers against the C headers.</summary>
public sealed class IoUringAbiTests
{
    [Fact]
    public void Rings_are_the_kernels()
    {
        IoUringParameters parameters = default;
        IoSubmissionOffsets submission = default;
        IoCompletionOffsets completion = default;
        IoCommand command = default;
        IoCompletion result = default;
        new CLayout("linux/io_uring.h", "sys/syscall.h")
            .Size<IoUringParameters>("struct io_uring_params").Field("struct io_uring_params", "flags", parameters, parameters.Flags)
            .Field("struct io_uring_params", "features", parameters, parameters.Features)
            .Field("struct io_uring_params", "sq_off", parameters, parameters.Submission)
            .Field("struct io_uring_params", "cq_off", parameters, parameters.Completion)
            .Field("struct io_sqring_offsets", "ring_mask", submission, submission.RingMask)
            .Field("struct io_sqring_offsets", "array", submission, submission.Array)
            .Field("struct io_cqring_offsets", "cqes", completion, completion.Entries)
            .Field("struct io_uring_sqe", "opcode", command, command.Opcode).Field("struct io_uring_sqe", "fd", command, command.Descriptor)
            .Field("struct io_uring_sqe", "cmd_op", command, command.Command).Field("struct io_uring_sqe", "addr", command, command.Address)
            .Field("struct io_uring_sqe", "len", command, command.Length).Field("struct io_uring_sqe", "user_data", command, command.UserData)
            .That($"offsetof(struct io_uring_sqe, cmd) == {IoUring.CommandOffset}").That("sizeof(struct io_uring_sqe) == 64")
            .Size<IoCompletion>("struct io_uring_cqe").Field("struct io_uring_cqe", "res", result, result.Result)
            .Constant("SYS_io_uring_setup", SystemCall.IoUringSetup).Constant("SYS_io_uring_enter", SystemCall.IoUringEnter)
            .Constant("SYS_sched_setaffinity", SystemCall.SchedSetaffinity).Constant("SYS_sched_getaffinity", SystemCall.SchedGetaffinity)
            .Constant("IORING_OP_URING_CMD", 46).Constant("IORING_OFF_SQES", 0x10000000)
            .Constant("IORING_SETUP_SQE128", 1 << 10).Constant("IORING_SETUP_SINGLE_ISSUER", 1 << 12).Constant("IORING_SETUP_DEFER_TASKRUN", 1 << 13)
            .Check();
    }

    [Fact]
    public void Messages_and_handlers_are_the_C_librarys()
    {
        IoVector part = default;
        MessageHeader message = default;
        LibcSignalAction action = default;
        new CLayout("sys/socket.h", "sys/uio.h", "signal.h")
            .Size<IoVector>("struct iovec").Field("struct iovec", "iov_len", part, part.Length)
            .Size<MessageHeader>("struct msghdr").Field("struct msghdr", "msg_iovlen", message, message.PartCount)
            .Field("struct msghdr", "msg_controllen", message, message.ControlLength)
            .Size<DescriptorMessage>("char[CMSG_SPACE(sizeof(int))]").That("CMSG_LEN(0) == 16").That("CMSG_LEN(sizeof(int)) == 20")
            .Size<LibcSignalAction>("struct sigaction").Field("struct sigaction", "sa_mask", action, action.Mask)
            .Field("struct sigaction", "sa_flags", action, action.Flags)
            .That($"{Libc.InterruptSignal} > 34")
            .Check();
    }

    [Fact]
    public void A_processor_at_least_is_possible() => Assert.InRange(Libc.CountPossibleProcessors(), 1, 8192);
}
