package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// supervise runs the program below another waybill-confine, and kills both with their children when the time is over.
// It returns the exit code.
func supervise(options options) int {
	// The kernel sends the parent-death signal when this thread ends, not this process.
	runtime.LockOSThread()
	self, err := os.Executable()
	if err != nil {
		fail("%v", err)
	}
	command := exec.Command(self, options.untimed...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	// A process group of its own: the children of the program are killed with it.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		fail("%v", err)
	}
	kill := func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err = <-ended:
	case <-time.After(options.timeout):
		kill()
		<-ended
		fmt.Fprintf(os.Stderr, "waybill-confine: %s took longer than %v and was stopped\n", options.command[0], options.timeout)
		return exitTimeout
	case got := <-signals:
		kill()
		<-ended
		return 128 + int(got.(syscall.Signal))
	}
	kill()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		fail("%v", err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}
