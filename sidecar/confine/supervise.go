package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// supervise runs the program below another waybill-confine, and kills both with their children when the time is over.
// It returns the exit code.
func supervise(options options) int {
	self, err := os.Executable()
	if err != nil {
		fail("%v", err)
	}
	command := exec.Command(self, options.untimed...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	end := runChild(command, options.timeout)
	if end.timedOut {
		fmt.Fprintf(os.Stderr, "waybill-confine: %s took longer than %v and was stopped\n", options.command[0], options.timeout)
		return exitTimeout
	}
	if end.signal != 0 {
		return 128 + int(end.signal)
	}
	var exit *exec.ExitError
	switch {
	case end.err == nil:
		return 0
	case !errors.As(end.err, &exit):
		fail("%v", end.err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}
