namespace Bobbin.Kernel.Bpf;

// Jumps and calls.
public sealed partial class BpfAssembler
{
    private const int CallOperation = 0x80, ExitOperation = 0x90;
    private const int PseudoCall = 1, PseudoKernelFunction = 2; // BPF_PSEUDO_CALL, BPF_PSEUDO_KFUNC_CALL

    private readonly List<int> _labels = [];
    private readonly List<(int Instruction, BpfLabel Target)> _jumps = [];

    /// <summary>A new label, to be placed by <see cref="Place"/>.</summary>
    public BpfLabel Label()
    {
        _labels.Add(-1);
        return new BpfLabel(_labels.Count - 1);
    }

    /// <summary>Puts a label before the next instruction.</summary>
    public void Place(BpfLabel label) => _labels[label.Index] = _code.Count;

    /// <summary>R0 = helper(R1, ..., R5).</summary>
    public void Call(BpfHelper helper) =>
        _code.Add(new BpfInstruction(Jump | CallOperation, default, default, immediate: (int)helper));

    /// <summary>R0 = the function at a label of this program (R1, ..., R5), which ends by <see cref="Exit"/> and has a stack of its own.</summary>
    public void Call(BpfLabel function)
    {
        _jumps.Add((_code.Count, function));
        _code.Add(new BpfInstruction(Jump | CallOperation, default, (BpfRegister)PseudoCall));
    }

    /// <summary>
    /// R0 = function(R1, ..., R5), a function that the kernel offers to programs (kfunc, Linux 5.13), by its id in the kernel's types:
    /// <see cref="Btf.TryFind(BtfKind, ReadOnlySpan{byte}, out int)"/> with <see cref="BtfKind.Function"/>.
    /// </summary>
    public void CallKernel(int function) =>
        _code.Add(new BpfInstruction(Jump | CallOperation, default, (BpfRegister)PseudoKernelFunction, immediate: function));

    /// <summary>Goes to <paramref name="target"/>.</summary>
    public void GoTo(BpfLabel target)
    {
        _jumps.Add((_code.Count, target));
        _code.Add(new BpfInstruction(Jump, default, default));
    }

    /// <summary>Goes to <paramref name="target"/> if left CONDITION right.</summary>
    public void GoToIf(BpfCondition condition, BpfRegister left, BpfRegister right, BpfLabel target) =>
        Branch(Jump | FromRegister | (int)condition, left, right, 0, target);

    /// <summary>Goes to <paramref name="target"/> if left CONDITION right, which is sign-extended.</summary>
    public void GoToIf(BpfCondition condition, BpfRegister left, int right, BpfLabel target) =>
        Branch(Jump | (int)condition, left, default, right, target);

    /// <summary>Goes to <paramref name="target"/> if left CONDITION right, their lower halves (Linux 5.1).</summary>
    public void GoToIf32(BpfCondition condition, BpfRegister left, BpfRegister right, BpfLabel target) =>
        Branch(Jump32 | FromRegister | (int)condition, left, right, 0, target);

    /// <summary>Goes to <paramref name="target"/> if the lower half of left CONDITION right (Linux 5.1).</summary>
    public void GoToIf32(BpfCondition condition, BpfRegister left, int right, BpfLabel target) =>
        Branch(Jump32 | (int)condition, left, default, right, target);

    /// <summary>Returns R0.</summary>
    public void Exit() => _code.Add(new BpfInstruction(Jump | ExitOperation, default, default));

    private void Branch(int code, BpfRegister left, BpfRegister right, int value, BpfLabel target)
    {
        _jumps.Add((_code.Count, target));
        _code.Add(new BpfInstruction(code, left, right, immediate: value));
    }

    private BpfInstruction[] Resolve()
    {
        BpfInstruction[] code = [.. _code];
        foreach ((int at, BpfLabel target) in _jumps)
        {
            int place = _labels[target.Index];
            if (place < 0)
            {
                throw new InvalidOperationException($"Instruction {at} jumps to a label that was never placed.");
            }

            int distance = place - at - 1;
            code[at] = code[at].Code == (Jump | CallOperation)
                ? code[at] with { Immediate = distance }
                : code[at] with { Offset = checked((short)distance) };
        }

        return code;
    }
}
