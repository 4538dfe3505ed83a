// Command measure runs a program and says what it cost: measure FOLDER PROGRAM ARGUMENT...
// A program that has not ended after five minutes is stopped.
// Node cannot ask for the peak memory of a child; the operating system tells the parent that waits for it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

type cost struct {
	Milliseconds float64 `json:"milliseconds"`
	CPU          float64 `json:"cpuMilliseconds"`
	PeakBytes    int64   `json:"peakBytes"`
	Exit         int     `json:"exit"`
	Stopped      bool    `json:"stopped"`
}

const limit = 5 * time.Minute

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: measure FOLDER PROGRAM ARGUMENT...")
		os.Exit(2)
	}
	// As Argo CD reads a plugin: through a pipe. What is read is thrown away.
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, os.Args[2], os.Args[3:]...)
	command.Dir = os.Args[1]
	command.Stderr = os.Stderr
	command.Stdout = discard{}
	start := time.Now()
	err := command.Run()
	took := time.Since(start)
	if command.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	state := command.ProcessState
	result := cost{
		Milliseconds: float64(took.Microseconds()) / 1000,
		CPU:          float64((state.UserTime() + state.SystemTime()).Microseconds()) / 1000,
		Exit:         state.ExitCode(),
		Stopped:      ctx.Err() != nil,
	}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		result.PeakBytes = int64(usage.Maxrss)
		if runtime.GOOS != "darwin" {
			result.PeakBytes *= 1024
		}
	}
	json.NewEncoder(os.Stdout).Encode(result)
}

// discard is not *os.File, so that the program writes to a pipe.
type discard struct{}

func (discard) Write(data []byte) (int, error) { return len(data), nil }
