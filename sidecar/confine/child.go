package main

import (
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// ending says why a child is over: its time was over, a signal was received, or it ended by itself with err.
type ending struct {
	timedOut bool
	signal   syscall.Signal
	err      error
}

// runChild starts the command in a process group of its own, waits for it, and kills the group, so that no child of the
// program outlives it. A timeout of 0 is none. The kernel kills the command when this process ends.
func runChild(command *exec.Cmd, timeout time.Duration) ending {
	// The kernel sends the parent-death signal when this thread ends, not this process.
	runtime.LockOSThread()
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		fail("%v", err)
	}
	kill := func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	var over <-chan time.Time
	if timeout > 0 {
		over = time.After(timeout)
	}
	select {
	case err := <-ended:
		kill()
		return ending{err: err}
	case <-over:
		kill()
		<-ended
		return ending{timedOut: true}
	case got := <-signals:
		kill()
		<-ended
		return ending{signal: got.(syscall.Signal)}
	}
}
