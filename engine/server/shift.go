package server

import (
	"regexp"
	"time"
)

var timestamp = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`)

// shift moves every time in a value: the clock of the process only goes forward, and each scenario needs its own.
func shift(value any, by time.Duration) any {
	switch known := value.(type) {
	case map[string]any:
		for key, inner := range known {
			known[key] = shift(inner, by)
		}
	case []any:
		for i := range known {
			known[i] = shift(known[i], by)
		}
	case string:
		if len(known) == len("2006-01-02T15:04:05Z") && timestamp.MatchString(known) {
			if at, err := time.Parse(time.RFC3339, known); err == nil {
				return at.Add(by).Format(time.RFC3339)
			}
		}
	}
	return value
}
