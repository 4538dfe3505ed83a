// Package server runs Argo CD's notifications controller on histories of Applications and says what left it.
package server

import (
	"encoding/json"
	"time"

	"waybill.dev/engine/controller"
	"waybill.dev/engine/explain"
	"waybill.dev/engine/providers"
)

// Scenario is a configuration, a world and what happens in it.
type Scenario struct {
	Config
	Controller controller.Options `json:"controller"`
	// Projects are AppProjects; the default one if none is given.
	Projects []map[string]any `json:"projects"`
	// Commits are those of manifests' repositories, by hash.
	Commits map[string]controller.Commit `json:"commits"`
	World   providers.World              `json:"world"`
	// AnswerMS is the time in milliseconds that each answer of a provider takes.
	AnswerMS int `json:"answerMs"`
	// Explain asks for the reasons of each condition that is not true after a step.
	Explain bool `json:"explain"`
	// Start is the time at which the controller is started.
	Start time.Time `json:"start"`
	Steps []Step    `json:"steps"`
}

// Step is what happens at one moment, in the order of the fields.
type Step struct {
	// At is the time in seconds after the start; time passes until then. Never earlier than the step before.
	At float64 `json:"at"`
	// Restart stops the controller before and starts it after the step's changes, of which it sees the last state only.
	Restart bool `json:"restart"`
	// Down stops the controller since the step before: a long time passes that it does not see.
	Down bool `json:"down"`
	// Data replaces the ConfigMap's data.
	Data map[string]string `json:"data"`
	// Faults take the place of those that still wait for a request; an empty list ends all.
	Faults []providers.Fault `json:"faults"`
	// Put are whole Applications as other controllers write them, one after the other.
	Put []json.RawMessage `json:"put"`
	// Delete are Applications (namespace/name) that are gone.
	Delete []string `json:"delete"`
}

// Report is what came of a scenario: one entry for the start, then one for each step.
type Report struct {
	Steps []StepReport `json:"steps"`
	// Deployments are GitHub's at the end.
	Deployments []providers.Deployment `json:"deployments"`
	// Noted is what the controller has noted on each Application at the end.
	Noted map[string]map[string]int64 `json:"noted"`
}

// StepReport is what happened from one step to the next.
type StepReport struct {
	Messages []Message `json:"messages"`
	// Problems are warnings and errors that concern no message, as logged.
	Problems []string `json:"problems"`
	// Explained is set where a scenario asks for it.
	Explained []Explained `json:"explained,omitempty"`
	// Asked are the requests of a scenario whose answers take time: when they were answered, and what they were. With
	// several processors nothing says which message a request belongs to.
	Asked []Asked `json:"asked,omitempty"`
}

// Explained is why a condition of a trigger was not true of an Application after a step.
type Explained struct {
	Application string `json:"application"`
	// Skipped is why the controller did not look at the Application; nothing else is set then.
	Skipped   string           `json:"skipped,omitempty"`
	Trigger   string           `json:"trigger,omitempty"`
	Condition int              `json:"condition"`
	Reasons   []explain.Reason `json:"reasons,omitempty"`
}

// Asked is one request to a provider.
type Asked struct {
	// At is the time in seconds after the start.
	At float64 `json:"at"`
	// What is "METHOD PATH".
	What string `json:"what"`
	// State is what a status is set to; empty for other requests.
	State string `json:"state,omitempty"`
}

// Message is one message that the controller sent or tried to send.
type Message struct {
	// At is the time in seconds after the start.
	At          float64 `json:"at"`
	Application string  `json:"application"`
	Trigger     string  `json:"trigger"`
	// Condition is the index of the condition in the trigger.
	Condition int    `json:"condition"`
	Service   string `json:"service"`
	Recipient string `json:"recipient"`
	// Requests that it led to; none for a message that only leaves a mark.
	Requests []providers.Request `json:"requests"`
	// Problems are what the controller logged about it.
	Problems []string `json:"problems"`
}
