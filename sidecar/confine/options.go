package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"time"
)

type options struct {
	read, write, execute  []string
	noNetwork, noChildren bool
	memory, cpu, fileSize uint64
	timeout               time.Duration
	bestEffort            bool
	check, report, guard  bool
	command               []string
	// What was given, without --timeout.
	untimed []string
}

// parse reads the options. It is strict: what is not understood here would not be enforced.
func parse(args []string) (options, error) {
	var parsed options
	flags := map[string]*bool{
		"--no-network":  &parsed.noNetwork,
		"--no-children": &parsed.noChildren,
		"--best-effort": &parsed.bestEffort,
		"--check":       &parsed.check,
		"--report":      &parsed.report,
		"--guard":       &parsed.guard,
	}
	paths := map[string]*[]string{"--read": &parsed.read, "--write": &parsed.write, "--execute": &parsed.execute}
	numbers := map[string]*uint64{"--memory": &parsed.memory, "--cpu": &parsed.cpu, "--file-size": &parsed.fileSize}
	for len(args) > 0 {
		name := args[0]
		if name == "--" {
			parsed.command = args[1:]
			parsed.untimed = append(parsed.untimed, args...)
			break
		}
		if flag, known := flags[name]; known {
			*flag = true
			parsed.untimed = append(parsed.untimed, name)
			args = args[1:]
			continue
		}
		if len(args) < 2 {
			return parsed, fmt.Errorf("%s is not an option, or has no value", name)
		}
		value := args[1]
		args = args[2:]
		if name == "--timeout" {
			seconds, err := strconv.ParseFloat(value, 64)
			if err != nil || !(seconds > 0) || seconds > math.MaxInt32 {
				return parsed, fmt.Errorf("--timeout %s: expected seconds", value)
			}
			parsed.timeout = time.Duration(seconds * float64(time.Second))
			continue
		}
		parsed.untimed = append(parsed.untimed, name, value)
		if list, known := paths[name]; known {
			if !filepath.IsAbs(value) {
				return parsed, fmt.Errorf("%s %s: expected an absolute path", name, value)
			}
			*list = append(*list, value)
			continue
		}
		number, known := numbers[name]
		if !known {
			return parsed, fmt.Errorf("%s is not an option", name)
		}
		parsedNumber, err := strconv.ParseUint(value, 10, 63)
		if err != nil || parsedNumber == 0 {
			return parsed, fmt.Errorf("%s %s: expected a whole number above 0", name, value)
		}
		*number = parsedNumber
	}
	if parsed.check {
		return parsed, nil
	}
	if parsed.guard {
		if len(parsed.command) == 0 {
			return parsed, errors.New("expected -- and a program")
		}
		// What stands there and is not --guard, -- or the command would not be enforced.
		if len(parsed.untimed) != len(parsed.command)+2 {
			return parsed, errors.New("--guard goes with --timeout only")
		}
		return parsed, nil
	}
	if len(parsed.command) == 0 || !filepath.IsAbs(parsed.command[0]) {
		return parsed, errors.New("expected -- and the absolute path of a program")
	}
	return parsed, nil
}
