package render

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
)

var errDiffers = errors.New("a render differs from the first one of the same Application")

// together renders each of so many Applications repeat times, in turn, parallel renders at a time, and prints how long
// they took. render gets the number of the render, which modulo applications is that of the Application. It returns the first result of each Application, and the errors; a render that differs from the first one
// of its Application is an error.
func together(applications, repeat, parallel int, render func(int) (*apiclient.ManifestResponse, error)) ([]*apiclient.ManifestResponse, []error) {
	all := applications * repeat
	took, errs := make([]time.Duration, all), make([]error, all)
	first := make([]*apiclient.ManifestResponse, applications)
	jobs := make(chan int)
	var lock sync.Mutex
	var wg sync.WaitGroup
	start, cpu := time.Now(), processorTime()
	for range parallel {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range jobs {
				t := time.Now()
				res, err := render(i)
				took[i], errs[i] = time.Since(t), err
				if err != nil {
					continue
				}
				lock.Lock()
				if before := first[i%applications]; before == nil {
					first[i%applications] = res
				} else if !slices.Equal(before.Manifests, res.Manifests) {
					errs[i] = errDiffers
				}
				lock.Unlock()
			}
		}()
	}
	for i := range all {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	if all > 1 {
		printStats(took, time.Since(start), processorTime()-cpu, errs)
	}
	return first, errs
}

// processorTime is the processor time that this process has taken.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func printStats(took []time.Duration, wall, cpu time.Duration, errs []error) {
	failed := 0
	for _, err := range errs {
		if err != nil {
			failed++
		}
	}
	s := slices.Clone(took)
	slices.Sort(s)
	at := func(p float64) time.Duration { return s[min(len(s)-1, int(p*float64(len(s))))] }
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Fprintf(os.Stderr, "RENDERS %d failed %d min %.1f ms median %.1f ms p95 %.1f ms p99 %.1f ms max %.1f ms wall %.1f ms client %.1f ms\n",
		len(s), failed, ms(s[0]), ms(at(0.5)), ms(at(0.95)), ms(at(0.99)), ms(s[len(s)-1]), ms(wall), ms(cpu))
}

// printErrors prints each error once and returns the exit code.
func printErrors(errs []error) int {
	seen := map[string]bool{}
	for _, err := range errs {
		if err != nil && !seen[err.Error()] {
			seen[err.Error()] = true
			fmt.Fprintln(os.Stderr, "ERROR", err)
		}
	}
	return min(len(seen), 1)
}
