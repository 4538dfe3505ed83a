// Command github serves the engine's stand-in of GitHub (engine/providers, written from GitHub's published REST
// description) on a loopback port, and says what it was asked:
//
//	GET  /_requests?from=N   the requests from number N on, with their times
//	GET  /_deployments       every deployment with its states
//	POST /_faults            what goes wrong with requests to come (providers.Fault, a list)
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"strconv"

	"waybill.dev/engine/providers"
)

// seen is one request and when it came.
type seen struct {
	// Time in milliseconds since 1970.
	Time int64 `json:"time"`
	providers.Request
}

type server struct {
	world *providers.Providers
	host  string
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.URL.Scheme, r.URL.Host = "http", s.host
	s.world.ServeHTTP(w, r)
}

func (s *server) requests(w http.ResponseWriter, r *http.Request) {
	from, err := strconv.Atoi(r.URL.Query().Get("from"))
	if err != nil || from < 0 || from > s.world.Count() {
		http.Error(w, "from is not the number of a request", http.StatusBadRequest)
		return
	}
	found := []seen{}
	for _, request := range s.world.Requests(from) {
		found = append(found, seen{request.Arrived.UnixMilli(), request})
	}
	answer(w, found)
}

func (s *server) faults(w http.ResponseWriter, r *http.Request) {
	var faults []providers.Fault
	if err := json.NewDecoder(r.Body).Decode(&faults); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := s.world.SetFaults(faults); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, map[string]int{"faults": len(faults)})
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	flag.Parse()
	world := providers.New()
	world.Reset(providers.World{GitHub: providers.GitHubWorld{EnterpriseHosts: []string{*address}}})
	s := &server{world: world, host: *address}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_requests", s.requests)
	mux.HandleFunc("GET /_deployments", func(w http.ResponseWriter, _ *http.Request) { answer(w, world.Deployments()) })
	mux.HandleFunc("POST /_faults", s.faults)
	mux.Handle("/", s)
	log.Fatal(http.ListenAndServe(*address, mux)) //nolint:gosec // a test's server on loopback
}
