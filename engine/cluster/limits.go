package cluster

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/flowcontrol"
)

// Limits are what a real API server and its client cost: Argo CD's clients wait when they have sent more requests a
// second than they may (ARGOCD_K8S_CLIENT_QPS, ARGOCD_K8S_CLIENT_BURST), and each answer takes a moment.
type Limits struct {
	QPS   float32 `json:"qps"`
	Burst int     `json:"burst"`
	// AnswerMS is the time in milliseconds that an answer takes.
	AnswerMS int `json:"answerMs"`
}

// Limited returns a client that keeps to the limits; without limits the client itself.
func Limited(client dynamic.Interface, limits Limits) dynamic.Interface {
	if limits.QPS == 0 {
		return client
	}
	return &limitedClient{client, &limiter{
		flowcontrol.NewTokenBucketRateLimiter(limits.QPS, limits.Burst), time.Duration(limits.AnswerMS) * time.Millisecond,
	}}
}

type limiter struct {
	bucket flowcontrol.RateLimiter
	answer time.Duration
}

// wait returns when a request may be sent and has been answered. Writes only: the controller reads from its caches.
func (l *limiter) wait(ctx context.Context) error {
	if err := l.bucket.Wait(ctx); err != nil {
		return err
	}
	time.Sleep(l.answer)
	return nil
}

type limitedClient struct {
	dynamic.Interface
	limiter *limiter
}

func (c *limitedClient) Resource(resource schema.GroupVersionResource) dynamic.NamespaceableResourceInterface {
	return &limitedResources{c.Interface.Resource(resource), c.limiter}
}

type limitedResources struct {
	dynamic.NamespaceableResourceInterface
	limiter *limiter
}

func (r *limitedResources) Namespace(name string) dynamic.ResourceInterface {
	return &limitedNamespace{r.NamespaceableResourceInterface.Namespace(name), r.limiter}
}

type limitedNamespace struct {
	dynamic.ResourceInterface
	limiter *limiter
}

func (n *limitedNamespace) Patch(
	ctx context.Context, name string, kind types.PatchType, data []byte, options metav1.PatchOptions, subresources ...string,
) (*unstructured.Unstructured, error) {
	if err := n.limiter.wait(ctx); err != nil {
		return nil, err
	}
	return n.ResourceInterface.Patch(ctx, name, kind, data, options, subresources...)
}
