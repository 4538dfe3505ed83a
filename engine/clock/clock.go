// Package clock gives a program a clock of its own: everything started inside Run sees time stand still while
// somebody works and jump to the next timer when nobody does. So a replay of a day takes a second, the
// controller's 60 s resync comes when it comes in a cluster, and two runs are the same.
package clock

import (
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// Run calls work in a bubble of testing/synctest and ends the process with its result. The bubble is only to be had
// from a test, so this pretends to be one; standard output is the caller's alone.
//
// Inside, sockets do not count as waiting: the clock stands while a request is under way, and a connection that is
// kept open would stop it for good. Servers therefore run outside and answer with Connection: close.
func Run(work func() int) {
	os.Args = []string{os.Args[0], "-test.timeout=0"}
	if quiet, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stdout = quiet
	}
	match := func(string, string) (bool, error) { return true, nil }
	inside := func(t *testing.T) {
		synctest.Test(t, func(*testing.T) { os.Exit(work()) })
	}
	testing.Main(match, []testing.InternalTest{{Name: "engine", F: inside}}, nil, nil)
}

// Settle returns when everything inside the bubble waits for something, without moving the clock.
func Settle() { synctest.Wait() }

// Until moves the clock to the given time, if it lies ahead, and lets everything that is due on the way happen.
func Until(at time.Time) {
	if ahead := time.Until(at); ahead > 0 {
		time.Sleep(ahead)
	}
	Settle()
}
