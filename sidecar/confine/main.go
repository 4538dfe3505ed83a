// waybill-confine starts a program that may do only what its options allow:
//
//	waybill-confine [options] -- PROGRAM [ARGUMENTS]
//
//	--read PATH         the program may read this file, or everything below this directory
//	--write PATH        the same, and it may change what is there
//	--execute PATH      the same as --read, and it may run what is there
//	--no-network        no socket of any kind
//	--no-children       no process besides itself
//	--memory BYTES      memory that it may write to
//	--cpu SECONDS       time of the processor
//	--file-size BYTES   size of a file that it writes
//	--timeout SECONDS   time; the program and its children are then killed (exit code 124)
//	--best-effort       run the program also where the kernel cannot enforce all of this
//	--check             print what the kernel can enforce, and exit
//	--guard             run the program without a boundary, and say why it ended where it cannot say that itself;
//	                    PROGRAM may then be a name, and no option but --timeout has a meaning
//	--report            print the same to standard error, and run the program without a boundary
//
// PROGRAM is an absolute path and is always readable and executable, with the loader and the libraries of the system
// if it needs them. Without --timeout it takes the place of waybill-confine: the exit code is its own. Exit code 125
// means that the boundary could not be set, and nothing was started; 124 that the time was over.
//
// Files are bounded by Landlock, sockets and processes by seccomp: Landlock knows neither UDP nor raw sockets on the
// kernels of today, and RLIMIT_NPROC counts the threads of everybody who has the same user id on the machine.
package main

import (
	"fmt"
	"os"
	"syscall"
)

const (
	exitTimeout = 124
	exitFailed  = 125
)

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "waybill-confine: "+format+"\n", values...)
	os.Exit(exitFailed)
}

func main() {
	options, err := parse(os.Args[1:])
	if err != nil {
		fail("%v", err)
	}
	if options.guard {
		os.Exit(guard(options))
	}
	level := kernelLevel()
	if options.check {
		if level.lacks != "" {
			fail("%s", level.lacks)
		}
		fmt.Println(level.has)
		return
	}
	if options.report {
		fmt.Fprintf(os.Stderr, "waybill-confine: %s\n", level)
		run(options.command)
	}
	if options.timeout > 0 {
		os.Exit(supervise(options))
	}
	if level.lacks != "" && !options.bestEffort {
		fail("%s", level.lacks)
	}
	if err := confine(options); err != nil {
		if !options.bestEffort {
			fail("%v", err)
		}
		fmt.Fprintf(os.Stderr, "waybill-confine: a part of the boundary is missing: %v\n", err)
	}
	run(options.command)
}

// run puts the program in the place of this one.
func run(command []string) {
	err := syscall.Exec(command[0], command, os.Environ())
	fail("%s could not be started: %v", command[0], err)
}
