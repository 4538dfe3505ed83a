package controller

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"

	log "github.com/sirupsen/logrus"
)

// Entry is something the controller said that matters.
type Entry struct {
	At time.Time
	// Requests is how many requests had been made when it was said.
	Requests int
	// Application is namespace/name, empty when it concerns none.
	Application string
	// Send is set when a message is about to be sent.
	Send *Send
	// Problem is a warning or an error, as logged.
	Problem string
	// Skipped is why the controller did not look at the Application.
	Skipped string
	// Asked is a request to a provider, as it is sent; kept only where answers take time.
	Asked string
}

// Send says which condition of which trigger sends to whom.
type Send struct {
	Trigger string
	// Condition is the key of the condition: [index].hash.
	Condition string
	Service   string
	Recipient string
}

// Journal keeps what the controller logs. There is one for the process, since the engine has one log.
type Journal struct {
	count func() int

	mu      sync.Mutex
	entries []Entry
	latency time.Duration
}

// Listen makes the engine's log go to a journal and nowhere else. The function counts the requests made so far.
func Listen(count func() int) *Journal {
	journal := &Journal{count: count}
	log.SetOutput(io.Discard)
	log.SetFormatter(unwritten{})
	log.SetLevel(log.InfoLevel)
	log.AddHook(journal)
	return journal
}

// unwritten keeps the log from being written out for nobody.
type unwritten struct{}

func (unwritten) Format(*log.Entry) ([]byte, error) { return nil, nil }

// Delay makes each answer of a provider take so long. Sockets do not let this program's clock go on, so the time
// passes where the engine says that it is about to send a request.
func (j *Journal) Delay(latency time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.latency = latency
	if latency > 0 {
		log.SetLevel(log.DebugLevel)
	} else {
		log.SetLevel(log.InfoLevel)
	}
}

// Take returns what was said since the last call.
func (j *Journal) Take() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	taken := j.entries
	j.entries = nil
	return taken
}

// Levels is part of the log's interface.
func (j *Journal) Levels() []log.Level { return log.AllLevels }

// The trigger's name has no dots, since it is a part of a ConfigMap's key that is split at dots.
var sending = regexp.MustCompile(`^Sending notification about condition '([^.]*)\.(\[\d+\]\.[^']*)' to '\{(\S*) (.*)\}' using the configuration`)

const request = "Sending request: "

// sentBy returns the parts of a line that says that a message is sent. Most lines say something else.
func sentBy(line string) []string {
	if !strings.HasPrefix(line, "Sending notification") {
		return nil
	}
	return sending.FindStringSubmatch(line)
}

// Fire is called for each line of the log.
func (j *Journal) Fire(line *log.Entry) error {
	if line.Level == log.DebugLevel {
		if strings.HasPrefix(line.Message, request) {
			j.wait(strings.TrimPrefix(line.Message, request))
		}
		return nil
	}
	entry := Entry{At: time.Now(), Requests: j.count()}
	if application, is := line.Data["resource"]; is {
		entry.Application = fmt.Sprint(application)
	}
	if found := sentBy(line.Message); found != nil {
		entry.Send = &Send{Trigger: found[1], Condition: found[2], Service: found[3], Recipient: found[4]}
	} else if reason, is := strings.CutPrefix(line.Message, "Processing skipped: "); is {
		entry.Skipped = reason
	} else if line.Level <= log.WarnLevel && !strings.HasPrefix(line.Message, "Controller ") {
		entry.Problem, _, _ = strings.Cut(line.Message, "\ngoroutine ")
	} else {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, entry)
	return nil
}

// wait lets the time of an answer pass.
func (j *Journal) wait(asked string) {
	j.mu.Lock()
	latency := j.latency
	j.mu.Unlock()
	// The token is fetched under a lock of its client, and who waits for a lock keeps the clock from going on.
	if !strings.Contains(asked, "/access_tokens ") {
		time.Sleep(latency)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, Entry{At: time.Now(), Asked: asked})
}
