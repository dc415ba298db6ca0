using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>What a task is and has, thread by thread. Setting a value of a task that is gone does nothing that anybody sees.</summary>
public sealed partial class TableTask
{
    /// <summary>Its name, up to 15 bytes.</summary>
    public ReadOnlyMemory<byte> Name
    {
        get => Read(ref _name);

        set
        {
            ReadOnlyMemory<byte> name = CutName(value.Span);
            Write(ref _name, name);
        }
    }

    /// <summary>What it does. An ended task stays ended; end one by <see cref="Exit"/>.</summary>
    public TaskState State
    {
        get => Read(ref _state);

        set
        {
            ArgumentOutOfRangeException.ThrowIfEqual((int)value, (int)TaskState.Zombie, nameof(value));
            ArgumentOutOfRangeException.ThrowIfEqual((int)value, (int)TaskState.Dead, nameof(value));
            ArgumentOutOfRangeException.ThrowIfEqual((int)value, (int)TaskState.None, nameof(value));
            lock (Group)
            {
                if (_state is not (TaskState.Zombie or TaskState.Dead))
                {
                    Table.CountState(_state, value);
                    _state = value;
                }
            }
        }
    }

    /// <summary>Its credentials.</summary>
    public Credentials Credentials
    {
        get => Read(ref _credentials);
        set => Write(ref _credentials, value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>Its user namespace's maps.</summary>
    public UserNamespace UserNamespace
    {
        get => Read(ref _userNamespace);
        set => Write(ref _userNamespace, value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>Its namespaces' numbers; change them by <see cref="Unshare"/>.</summary>
    public TaskNamespaces Namespaces => Read(ref _namespaces);

    /// <summary>Its flags.</summary>
    public ProcessFlags Flags
    {
        get => Read(ref _flags);
        set => Write(ref _flags, value);
    }

    /// <summary>How it is scheduled.</summary>
    public Scheduling Scheduling
    {
        get => Read(ref _scheduling);
        set => Write(ref _scheduling, value);
    }

    /// <summary>Its signals; what is shared by the group is set for the group.</summary>
    public Signals Signals
    {
        get
        {
            lock (Group)
            {
                return new Signals(_pendingSignals, Group.SharedPending, _blockedSignals, Group.Ignored, Group.Caught, Group.QueuedSignals);
            }
        }

        set
        {
            lock (Group)
            {
                _pendingSignals = value.Pending;
                _blockedSignals = value.Blocked;
                Group.SharedPending = value.SharedPending;
                Group.Ignored = value.Ignored;
                Group.Caught = value.Caught;
                Group.QueuedSignals = value.Queued;
            }
        }
    }

    /// <summary>What the scheduler did with it.</summary>
    public TaskRuns Runs
    {
        get => Read(ref _runs);
        set => Write(ref _runs, value);
    }

    /// <summary>Its control groups.</summary>
    public ReadOnlyMemory<ControlGroup> ControlGroups
    {
        get => Read(ref _controlGroups);
        set => Write(ref _controlGroups, value);
    }

    /// <summary>Where in the kernel it waits.</summary>
    public ReadOnlyMemory<byte> WaitChannel
    {
        get => Read(ref _waitChannel);
        set => Write(ref _waitChannel, value);
    }

    /// <summary>Processors that it may use: bit n of element n/64.</summary>
    public ReadOnlyMemory<ulong> AllowedProcessors
    {
        get => Read(ref _allowedProcessors);
        set => Write(ref _allowedProcessors, value);
    }

    /// <summary>Its personality(2).</summary>
    public uint Personality
    {
        get => Read(ref _personality);
        set => Write(ref _personality, value);
    }

    /// <summary>Who traces it; null: nobody.</summary>
    public TableTask? Tracer
    {
        get => Read(ref _tracer);

        set
        {
            using (Table.Change())
            {
                value?.RequireAlive();
                _tracer?._tracees?.Remove(this);
                if (value is not null)
                {
                    (value._tracees ??= []).Add(this);
                }

                lock (Group)
                {
                    _tracer = value;
                }
            }
        }
    }

    /// <summary>A kernel thread's name, which may be longer than a task's.</summary>
    internal void SetKernelName(ReadOnlySpan<byte> name) => Write(ref _name, name[..Math.Min(name.Length, 63)].ToArray());

    private T Read<T>(ref T field)
    {
        lock (Group)
        {
            return field;
        }
    }

    private void Write<T>(ref T field, T value)
    {
        lock (Group)
        {
            field = value;
        }
    }
}
