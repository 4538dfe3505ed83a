// Package cluster is a Kubernetes cluster in memory with what the notifications controller reads and writes:
// Applications, AppProjects, its ConfigMap and its Secret.
package cluster

import (
	"bytes"
	"context"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/testing"
)

// Names that Argo CD gives its parts.
const (
	Namespace     = "argocd"
	ConfigMapName = "argocd-notifications-cm"
	SecretName    = "argocd-notifications-secret"
	// Notified is where the controller keeps what it has sent.
	Notified = "notified.notifications.argoproj.io"
)

var (
	applications = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}
	projects     = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "appprojects"}
)

// Cluster is the cluster; its clients are given to the controller.
type Cluster struct {
	Kube    *kubefake.Clientset
	Dynamic *dynamicfake.FakeDynamicClient
}

// New returns a cluster with the configuration, the projects (the default one if none is given) and no Application.
func New(configMap *corev1.ConfigMap, secret *corev1.Secret, given []map[string]any) *Cluster {
	if len(given) == 0 {
		given = []map[string]any{{"metadata": map[string]any{"name": "default"}}}
	}
	objects := []runtime.Object{}
	for _, one := range given {
		project := &unstructured.Unstructured{Object: one}
		project.SetAPIVersion("argoproj.io/v1alpha1")
		project.SetKind("AppProject")
		project.SetNamespace(Namespace)
		objects = append(objects, project)
	}
	c := &Cluster{
		Kube: kubefake.NewClientset(configMap, secret),
		Dynamic: dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{
			applications: "ApplicationList", projects: "AppProjectList",
		}, objects...),
	}
	c.Dynamic.PrependReactor("patch", applications.Resource, c.annotate)
	return c
}

// annotate does what a merge patch of annotations does, without a round trip of the whole object through JSON: that is
// all that the notifications controller ever writes, and it writes often. Other patches are left to the fake client.
func (c *Cluster) annotate(action testing.Action) (bool, runtime.Object, error) {
	patch, is := action.(testing.PatchAction)
	if !is || patch.GetPatchType() != types.MergePatchType {
		return false, nil, nil
	}
	var fields struct {
		Metadata struct {
			Annotations map[string]*string `json:"annotations"`
		} `json:"metadata"`
	}
	decoder := json.NewDecoder(bytes.NewReader(patch.GetPatch()))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&fields) != nil {
		return false, nil, nil
	}
	found, err := c.Dynamic.Tracker().Get(applications, patch.GetNamespace(), patch.GetName())
	application, is := found.(*unstructured.Unstructured)
	if err != nil || !is {
		return true, nil, err
	}
	annotations := application.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	for name, value := range fields.Metadata.Annotations {
		if value == nil {
			delete(annotations, name)
		} else {
			annotations[name] = *value
		}
	}
	application.SetAnnotations(annotations)
	return true, application, c.Dynamic.Tracker().Update(applications, application, patch.GetNamespace())
}

// Put makes an Application be as given, as Argo CD's other controllers would write it: what the notifications
// controller has noted on it stays.
func (c *Cluster) Put(given map[string]any) error {
	application := &unstructured.Unstructured{Object: whole(given)}
	application.SetAPIVersion("argoproj.io/v1alpha1")
	application.SetKind("Application")
	if application.GetNamespace() == "" {
		application.SetNamespace(Namespace)
	}
	// Not through the client, which keeps a copy of everything that it is asked.
	store := c.Dynamic.Tracker()
	found, err := store.Get(applications, application.GetNamespace(), application.GetName())
	if errors.IsNotFound(err) {
		return store.Create(applications, application, application.GetNamespace())
	}
	if err != nil {
		return err
	}
	before, err := meta.Accessor(found)
	if err != nil {
		return err
	}
	if noted, is := before.GetAnnotations()[Notified]; is {
		annotations := application.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[Notified] = noted
		application.SetAnnotations(annotations)
	}
	return store.Update(applications, application, application.GetNamespace())
}

// Application returns an Application as it is, and nil where there is none.
func (c *Cluster) Application(ctx context.Context, namespace, name string) (map[string]any, error) {
	found, err := c.Dynamic.Resource(applications).Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
	if errors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return found.Object, nil
}

// Delete removes an Application.
func (c *Cluster) Delete(ctx context.Context, namespace, name string) error {
	return c.Dynamic.Resource(applications).Namespace(namespace).Delete(ctx, name, metav1.DeleteOptions{})
}

// Noted returns what the controller has noted on each Application: namespace/name to entry to unix seconds.
func (c *Cluster) Noted(ctx context.Context) (map[string]map[string]int64, error) {
	all, err := c.Dynamic.Resource(applications).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	noted := map[string]map[string]int64{}
	for _, one := range all.Items {
		entries := map[string]int64{}
		if text := one.GetAnnotations()[Notified]; text != "" {
			if err := json.Unmarshal([]byte(text), &entries); err != nil {
				return nil, err
			}
		}
		noted[one.GetNamespace()+"/"+one.GetName()] = entries
	}
	return noted, nil
}

// Configure replaces the data of the ConfigMap.
func (c *Cluster) Configure(ctx context.Context, data map[string]string) error {
	client := c.Kube.CoreV1().ConfigMaps(Namespace)
	configMap, err := client.Get(ctx, ConfigMapName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	configMap.Data = data
	_, err = client.Update(ctx, configMap, metav1.UpdateOptions{})
	return err
}

// whole turns whole floating numbers into integers, as a Kubernetes client reads them.
func whole(object map[string]any) map[string]any {
	for key, value := range object {
		object[key] = wholeValue(value)
	}
	return object
}

func wholeValue(value any) any {
	switch known := value.(type) {
	case map[string]any:
		return whole(known)
	case []any:
		for i := range known {
			known[i] = wholeValue(known[i])
		}
	case float64:
		if known == float64(int64(known)) {
			return int64(known)
		}
	}
	return value
}
