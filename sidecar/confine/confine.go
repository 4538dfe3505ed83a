package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// confine sets the boundary around this process. What the kernel lacks is left out; main has decided about that. A part
// that fails does not keep the others from being set.
func confine(options options) error {
	// seccomp filters belong to a thread, and the one that calls exec is the one that stays.
	runtime.LockOSThread()
	var failed []error
	expect := func(what string, err error) {
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", what, err))
		}
	}
	expect("no_new_privs", unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
	// When whoever started it is killed, the program has nobody left to tell.
	expect("parent-death signal", unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0))
	// What this process was given open, apart from its input and outputs, is not the program's.
	expect("open files", unix.CloseRange(3, math.MaxInt32, unix.CLOSE_RANGE_CLOEXEC))
	expect("limits", setLimits(options))
	level := kernelLevel()
	if level.abi > 0 {
		expect("Landlock", restrictFiles(options, level.abi))
	}
	if level.seccomp {
		expect("seccomp", restrictSyscalls(options))
	}
	return errors.Join(failed...)
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
