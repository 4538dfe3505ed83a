// Package controller starts and stops Argo CD's own notifications controller on a cluster in memory.
package controller

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/argoproj/argo-cd/v3/notification_controller/controller"
	metrics "github.com/argoproj/notifications-engine/pkg/controller"

	"waybill.dev/engine/clock"
	"waybill.dev/engine/cluster"
)

// Options are those of argocd-notifications that change what it does.
type Options struct {
	// ApplicationNamespaces besides its own (--application-namespaces), globs or /regular expressions/.
	ApplicationNamespaces []string `json:"applicationNamespaces"`
	// Selector limits it to Applications with these labels (--app-label-selector).
	Selector string `json:"selector"`
	// Processors is the number of Applications that are looked at at once (--processors-count); 0 is 1, its default.
	Processors int `json:"processors"`
	// Limits of the API server and its client; none if not given.
	Limits cluster.Limits `json:"limits"`
}

// Controller is one running controller.
type Controller struct {
	stop func()
}

// Each controller registers metrics of its own name.
var started atomic.Int64

// Start returns when the controller has looked at everything that is there.
func Start(c *cluster.Cluster, given Options, known map[string]Commit) (*Controller, error) {
	ctx, cancel := context.WithCancel(context.Background())
	registry := metrics.NewMetricsRegistry(fmt.Sprintf("engine%d", started.Add(1)))
	made := controller.NewController(c.Kube, cluster.Limited(c.Dynamic, given.Limits), &service{commits: known}, cluster.Namespace,
		given.ApplicationNamespaces, given.Selector, registry, cluster.SecretName, cluster.ConfigMapName, false)
	if err := made.Init(ctx); err != nil {
		cancel()
		return nil, err
	}
	var running sync.WaitGroup
	running.Go(func() { made.Run(ctx, max(1, given.Processors)) })
	clock.Settle()
	return &Controller{stop: func() { cancel(); running.Wait() }}, nil
}

// Stop ends it, as a restart of its pod does.
func (c *Controller) Stop() {
	c.stop()
	clock.Settle()
}
