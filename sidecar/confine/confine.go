package main

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// confine sets the boundary around this process. What the kernel lacks is left out; main has decided about that.
func confine(options options) error {
	// seccomp filters belong to a thread, and the one that calls exec is the one that stays.
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no_new_privs: %w", err)
	}
	// When whoever started it is killed, the program has nobody left to tell.
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return fmt.Errorf("parent-death signal: %w", err)
	}
	// What this process was given open, apart from its input and outputs, is not the program's.
	_ = unix.CloseRange(3, ^uint(0), unix.CLOSE_RANGE_CLOEXEC)
	if err := setLimits(options); err != nil {
		return err
	}
	level := kernelLevel()
	if level.abi > 0 {
		if err := restrictFiles(options, level.abi); err != nil {
			return err
		}
	}
	if level.seccomp {
		return restrictSyscalls(options)
	}
	return nil
}

// setLimits bounds what the program may use up. Go reserves far more addresses than it uses, so memory is counted as
// RLIMIT_DATA counts it: what may be written to. GOMEMLIMIT lets a Go program collect garbage before it is at the end.
func setLimits(options options) error {
	limits := []struct {
		name     string
		resource int
		value    uint64
	}{
		{"memory", unix.RLIMIT_DATA, options.memory},
		{"cpu", unix.RLIMIT_CPU, options.cpu},
		{"file-size", unix.RLIMIT_FSIZE, options.fileSize},
	}
	for _, limit := range limits {
		if limit.value == 0 {
			continue
		}
		if err := lower(limit.resource, limit.value); err != nil {
			return fmt.Errorf("--%s: %w", limit.name, err)
		}
	}
	if options.memory > 0 && os.Getenv("GOMEMLIMIT") == "" {
		return os.Setenv("GOMEMLIMIT", fmt.Sprint(options.memory/4*3))
	}
	// A core dump would hold what the program read.
	return lower(unix.RLIMIT_CORE, 0)
}

// lower sets a limit, unless a lower one holds already.
func lower(resource int, value uint64) error {
	var current unix.Rlimit
	if err := unix.Getrlimit(resource, &current); err != nil {
		return err
	}
	value = min(value, current.Max)
	return unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value})
}
