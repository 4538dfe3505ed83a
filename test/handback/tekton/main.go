// What Tekton makes of generated files: one JSON request on stdin, one JSON answer on stdout.
//
// {"objects": [...], "secret": "...", "requests": [{"header": {"X-GitHub-Event": ["status"]}, "body": {...}}]} checks the
// objects strictly against Tekton's own types and its admission webhook's validation, and gives each request to the
// event listener's triggers: their interceptors, bindings and templates, as the listener does. The answer's runs hold,
// for each request, the resources that would be created, or why an interceptor stopped it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	pipelinev1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1"
	"github.com/tektoncd/triggers/pkg/apis/triggers/contexts"
	triggers "github.com/tektoncd/triggers/pkg/apis/triggers/v1beta1"
	"github.com/tektoncd/triggers/pkg/interceptors"
	"github.com/tektoncd/triggers/pkg/interceptors/bitbucket"
	"github.com/tektoncd/triggers/pkg/interceptors/cel"
	"github.com/tektoncd/triggers/pkg/interceptors/github"
	"github.com/tektoncd/triggers/pkg/interceptors/gitlab"
	"github.com/tektoncd/triggers/pkg/template"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
)

type request struct {
	Header http.Header     `json:"header"`
	Body   json.RawMessage `json:"body"`
}

type asked struct {
	Objects  []json.RawMessage `json:"objects"`
	Secret   string            `json:"secret"`
	Requests []request         `json:"requests"`
}

type run struct {
	Stopped   string            `json:"stopped,omitempty"`
	Resources []json.RawMessage `json:"resources"`
}

type answer struct {
	Kinds []string `json:"kinds"`
	Runs  []run    `json:"runs"`
}

// secrets answers for the one Secret that the files name.
type secrets string

func (s secrets) Get(_ context.Context, _ string, reference *triggers.SecretRef) ([]byte, error) {
	if reference.SecretName != "waybill-webhook" || reference.SecretKey != "secret" {
		return nil, fmt.Errorf("no key %s in a Secret %s", reference.SecretKey, reference.SecretName)
	}
	return []byte(s), nil
}

type validated interface {
	Validate(context.Context) *apis.FieldError
}

type files struct {
	bindings  map[string]*triggers.TriggerBinding
	templates map[string]*triggers.TriggerTemplate
	listeners []*triggers.EventListener
	kinds     []string
}

func strictly(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

func check(ctx context.Context, raw []byte, into validated) error {
	if err := strictly(raw, into); err != nil {
		return err
	}
	if defaulted, ok := into.(apis.Defaultable); ok {
		defaulted.SetDefaults(ctx)
	}
	if err := into.Validate(ctx); err != nil {
		return err
	}
	return nil
}

func read(ctx context.Context, objects []json.RawMessage) (files, error) {
	found := files{bindings: map[string]*triggers.TriggerBinding{}, templates: map[string]*triggers.TriggerTemplate{}}
	for _, raw := range objects {
		var kind struct {
			Kind string `json:"kind"`
		}
		if err := json.Unmarshal(raw, &kind); err != nil {
			return found, err
		}
		var err error
		switch kind.Kind {
		case "Task":
			err = check(ctx, raw, &pipelinev1.Task{})
		case "Pipeline":
			err = check(ctx, raw, &pipelinev1.Pipeline{})
		case "PipelineRun":
			err = check(ctx, raw, &pipelinev1.PipelineRun{})
		case "TriggerBinding":
			one := &triggers.TriggerBinding{}
			err = check(ctx, raw, one)
			found.bindings[one.Name] = one
		case "TriggerTemplate":
			one := &triggers.TriggerTemplate{}
			err = check(ctx, raw, one)
			found.templates[one.Name] = one
		case "EventListener":
			one := &triggers.EventListener{}
			err = check(ctx, raw, one)
			found.listeners = append(found.listeners, one)
		case "ServiceAccount":
			err = strictly(raw, &corev1.ServiceAccount{})
		case "Role":
			err = strictly(raw, &rbacv1.Role{})
		case "RoleBinding":
			err = strictly(raw, &rbacv1.RoleBinding{})
		case "ClusterRole":
			err = strictly(raw, &rbacv1.ClusterRole{})
		case "ClusterRoleBinding":
			err = strictly(raw, &rbacv1.ClusterRoleBinding{})
		case "CronJob":
			err = strictly(raw, &batchv1.CronJob{})
		case "ConfigMap":
			err = strictly(raw, &corev1.ConfigMap{})
		case "Namespace":
			err = strictly(raw, &corev1.Namespace{})
		default:
			err = fmt.Errorf("not expected")
		}
		if err != nil {
			return found, fmt.Errorf("%s: %w", kind.Kind, err)
		}
		found.kinds = append(found.kinds, kind.Kind)
	}
	return found, nil
}

// intercept is what the listener does with a trigger's interceptors (pkg/sink, ExecuteInterceptors): one after the
// other, until one stops.
func intercept(ctx context.Context, trigger triggers.EventListenerTrigger, one request, secret secrets) (string, error) {
	known := map[string]triggers.InterceptorInterface{
		"cel": cel.NewInterceptor(secret), "github": github.NewInterceptor(secret),
		"gitlab": gitlab.NewInterceptor(secret), "bitbucket": bitbucket.NewInterceptor(secret),
	}
	for _, interceptor := range trigger.Interceptors {
		implementation, ok := known[interceptor.Ref.Name]
		if !ok {
			return "", fmt.Errorf("no interceptor %s", interceptor.Ref.Name)
		}
		response := implementation.Process(ctx, &triggers.InterceptorRequest{
			Body:              string(one.Body),
			Header:            one.Header,
			InterceptorParams: interceptors.GetInterceptorParams(interceptor),
			Context:           &triggers.TriggerContext{TriggerID: "namespaces/ci/triggers/" + trigger.Name},
		})
		if !response.Continue {
			return interceptor.Ref.Name + ": " + response.Status.Message, nil
		}
	}
	return "", nil
}

// create is what the API server and the webhook do with a run that a template makes.
func create(ctx context.Context, raw []byte) error {
	var kind struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return err
	}
	created := map[string]interface {
		validated
		metav1.Object
	}{"TaskRun": &pipelinev1.TaskRun{}, "PipelineRun": &pipelinev1.PipelineRun{}}[kind.Kind]
	if created == nil {
		return fmt.Errorf("a template makes a %q", kind.Kind)
	}
	if err := strictly(raw, created); err != nil {
		return fmt.Errorf("%s: %w", kind.Kind, err)
	}
	// The API server gives it a name before anybody validates it.
	created.SetName(created.GetGenerateName() + "x")
	if defaulted, ok := created.(apis.Defaultable); ok {
		defaulted.SetDefaults(ctx)
	}
	if err := created.Validate(ctx); err != nil {
		return fmt.Errorf("%s: %w", kind.Kind, err)
	}
	return nil
}

func (f files) fire(ctx context.Context, trigger triggers.EventListenerTrigger, one request, secret secrets) (run, error) {
	stopped, err := intercept(ctx, trigger, one, secret)
	if err != nil || stopped != "" {
		return run{Stopped: stopped, Resources: []json.RawMessage{}}, err
	}
	spec := triggers.Trigger{Spec: triggers.TriggerSpec{Bindings: trigger.Bindings, Template: *trigger.Template}}
	resolved, err := template.ResolveTrigger(spec,
		func(name string) (*triggers.TriggerBinding, error) { return named(f.bindings, name) },
		func(name string) (*triggers.ClusterTriggerBinding, error) { return nil, fmt.Errorf("no %s", name) },
		func(name string) (*triggers.TriggerTemplate, error) { return named(f.templates, name) })
	if err != nil {
		return run{}, err
	}
	params, err := template.ResolveParams(resolved, one.Body, one.Header, nil, template.NewTriggerContext("1"))
	if err != nil {
		return run{}, err
	}
	resources := template.ResolveResources(resolved.TriggerTemplate, params)
	for _, raw := range resources {
		if err := create(ctx, raw); err != nil {
			return run{}, err
		}
	}
	return run{Resources: resources}, nil
}

func named[T any](all map[string]*T, name string) (*T, error) {
	if one, ok := all[name]; ok {
		return one, nil
	}
	return nil, fmt.Errorf("no %s", name)
}

func work() (answer, error) {
	var asked asked
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return answer{}, err
	}
	// As the admission webhook has it.
	ctx := contexts.WithUpgradeViaDefaulting(context.Background())
	found, err := read(ctx, asked.Objects)
	if err != nil {
		return answer{}, err
	}
	reply := answer{Kinds: found.kinds, Runs: []run{}}
	for _, one := range asked.Requests {
		for _, listener := range found.listeners {
			for _, trigger := range listener.Spec.Triggers {
				fired, err := found.fire(ctx, trigger, one, secrets(asked.Secret))
				if err != nil {
					return reply, err
				}
				reply.Runs = append(reply.Runs, fired)
			}
		}
	}
	return reply, nil
}

func main() {
	reply, err := work()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(reply); err != nil {
		os.Exit(1)
	}
}
