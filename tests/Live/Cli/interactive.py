# Types at a shell on a terminal of its own, as a person would: interactive.py CHECK COMMAND...
import os, pty, select, signal, sys, time

check, command = sys.argv[1], sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.environ.update(PS1="ready> ", TERM="dumb", HISTFILE="/dev/null")
    os.execvp(command[0], command)

seen = b""

def expect(text, seconds=60):
    """Waits until the terminal shows the text; forgets all up to it."""
    global seen
    end = time.monotonic() + seconds
    while text not in seen:
        if time.monotonic() > end:
            sys.exit(f"not shown: {text!r}; but: {seen!r}")
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                data = os.read(terminal, 4096)
            except OSError:
                data = b""
            if not data:
                sys.exit(f"the terminal ended before {text!r}: {seen!r}")
            seen += data
    seen = seen[seen.index(text) + len(text):]

def type_(text):
    os.write(terminal, text)

def job_runs():
    """Waits until the job has the terminal and has become its program: before, the shell's child still ignores Ctrl-Z."""
    while True:
        group = os.tcgetpgrp(terminal)
        try:
            if group != child and open(f"/proc/{group}/comm").read() == "sleep\n":
                return
        except OSError:
            pass
        time.sleep(0.01)

expect(b"ready> ")
if check == "jobs":
    type_(b"sleep 1000\n")
    job_runs()
    type_(b"\x1a")
    expect(b"Stopped")
    expect(b"ready> ")
    type_(b"jobs -p | wc -l\n")
    expect(b"\n1")
    expect(b"ready> ")
    type_(b"fg\n")
    job_runs()
    type_(b"\x03")
    expect(b"ready> ")
    type_(b"exec 3<>/dev/tty && echo tty-$((40+2)) >&3\n")
    expect(b"tty-42")
    expect(b"ready> ")
    type_(b"cat /proc/fs/bobbin/version >/dev/null && echo bobbin-$((40+2))\n")
    expect(b"bobbin-42")
    expect(b"ready> ")
    type_(b"exit 7\n")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(0 if status == 7 else f"ended with {status}")
if check == "close":
    type_(b"sleep 1000 & sleep 1000\n")
    job_runs()
    os.close(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(0 if status in (-signal.SIGHUP, 129) else f"ended with {status}")
