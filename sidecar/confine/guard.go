package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// The exit codes of Waybill that stand for what the guard says.
const (
	exitWrongInput    = 1
	exitInternalError = 70
)

// Bytes of standard error that are kept until it is known how the program ended.
const keptStderr = 8 << 20

// V8 ends a process that needs more memory than it may have, with pages about its garbage collector.
var noMemory = regexp.MustCompile(`(?m)^.*(?:heap out of memory|Fatal process out of memory|Out of memory:).*$`)

// Waybill itself said why it ends, and then killed itself.
var said = regexp.MustCompile(`(?m)^(?:\S.*: )?error\[limit-`)

// limited is a buffer that takes no more than keptStderr, and lets its writer go on.
type limited struct{ bytes.Buffer }

func (b *limited) Write(part []byte) (int, error) {
	b.Buffer.Write(part[:min(len(part), max(0, keptStderr-b.Len()))])
	return len(part), nil
}

// guard runs waybill in a process of its own and says, in Waybill's words, what Waybill cannot say any more: that its
// time is over, that it had no memory left, that it was killed. It returns the exit code.
func guard(options options) int {
	path, err := exec.LookPath(options.command[0])
	if err != nil {
		fail("%v", err)
	}
	var stderr limited
	command := exec.Command(path, options.command[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, &stderr
	// A grandchild that lives on must not keep the outputs open.
	command.WaitDelay = time.Second
	end := runChild(command, options.timeout)
	if end.timedOut {
		fmt.Fprintf(os.Stderr, "error[limit-seconds]: the command took more than %v and was stopped\n", options.timeout)
		fmt.Fprintln(os.Stderr, "  The limit is --timeout in plugin.yaml, for what limits.seconds of the operator's policy did not end.")
		return exitWrongInput
	}
	if end.signal != 0 {
		return 128 + int(end.signal)
	}
	var exit *exec.ExitError
	if errors.As(end.err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return explain(status.Signal(), stderr.Bytes())
		}
	}
	_, _ = os.Stderr.Write(stderr.Bytes())
	return command.ProcessState.ExitCode()
}

// explain says why a program that a signal ended has ended.
func explain(by syscall.Signal, stderr []byte) int {
	words := noMemory.Find(stderr)
	switch {
	case said.Match(stderr):
		_, _ = os.Stderr.Write(stderr)
		return exitWrongInput
	case words != nil || by == syscall.SIGKILL:
		fmt.Fprintf(os.Stderr, "error[limit-memory]: the command needed more memory than there is and was ended (%v)\n", by)
		if words != nil {
			fmt.Fprintf(os.Stderr, "  %s\n", words)
		}
		fmt.Fprintln(os.Stderr, "  Split the application, or give the sidecar more memory (resources.limits.memory).")
		return exitWrongInput
	}
	fmt.Fprintf(os.Stderr, "internal error: waybill was ended by the signal %q. Please report it with the application.\n", by)
	_, _ = os.Stderr.Write(stderr[:min(len(stderr), 4096)])
	return exitInternalError
}
