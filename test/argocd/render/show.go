package render

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/controller"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	repoclient "github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/cmp"
	"google.golang.org/protobuf/types/known/emptypb"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func (w *world) show(res *repoclient.ManifestResponse) error {
	size := 0
	for _, m := range res.Manifests {
		size += len(m)
	}
	fmt.Fprintf(os.Stderr, "SOURCETYPE %s\nREVISION %s\nCOMMANDS %q\nMANIFESTS %d (%d bytes)\n", res.SourceType, res.Revision, res.Commands, len(res.Manifests), size)
	if w.o.controller {
		return w.showAsController(res.Manifests)
	}
	if !w.o.quiet {
		for _, m := range res.Manifests {
			fmt.Println(m)
		}
	}
	return nil
}

// clusterScoped stands in for the cluster's discovery answer.
var clusterScoped = map[string]bool{
	"Namespace": true, "Node": true, "PersistentVolume": true, "ClusterRole": true, "ClusterRoleBinding": true,
	"CustomResourceDefinition": true, "StorageClass": true, "PriorityClass": true, "IngressClass": true, "APIService": true,
	"ValidatingWebhookConfiguration": true, "MutatingWebhookConfiguration": true, "RuntimeClass": true, "CSIDriver": true,
}

type scopes struct{}

func (scopes) IsNamespaced(gk schema.GroupKind) (bool, error) { return !clusterScoped[gk.Kind], nil }

var _ kube.ResourceInfoProvider = scopes{}

// showAsController passes the manifests through the application controller's own normalization:
// namespaces filled in or removed, repeated resources reported, the last one kept.
func (w *world) showAsController(manifests []string) error {
	var objs []*unstructured.Unstructured
	for _, m := range manifests {
		obj, err := v1alpha1.UnmarshalToUnstructured(m)
		if err != nil {
			return fmt.Errorf("failed to unmarshal manifests for source 1 of 1: %w", err)
		}
		objs = append(objs, obj)
	}
	tracking := argo.NewResourceTracking()
	objs, conditions, err := controller.NormalizeTargetObjects(w.o.namespace, objs, scopes{}, func(u *unstructured.Unstructured) error {
		if w.o.appLabelKey == "" || kube.IsCRD(u) {
			return nil
		}
		return tracking.SetAppInstance(u, w.o.appLabelKey, w.o.app, w.o.namespace, v1alpha1.TrackingMethod(w.o.tracking), "")
	})
	if err != nil {
		return fmt.Errorf("Failed to normalize target state: %w", err) //nolint:staticcheck
	}
	for _, c := range conditions {
		fmt.Fprintf(os.Stderr, "CONDITION %s %s\n", c.Type, c.Message)
	}
	for _, obj := range objs {
		b, err := json.Marshal(obj)
		if err != nil {
			return err
		}
		if !w.o.quiet {
			fmt.Println(string(b))
		}
	}
	return nil
}

// params asks for the plugin's parameters through the repo-server, as the UI's Parameters tab does.
func (w *world) params() (int, error) {
	if w.o.via == "direct" {
		return 1, fmt.Errorf("-mode params needs -via server")
	}
	q := w.request()
	res, err := w.client.GetAppDetails(context.Background(), &repoclient.RepoServerAppDetailsQuery{
		Repo: q.Repo, Source: q.ApplicationSource, AppName: q.AppName, NoCache: true, TrackingMethod: q.TrackingMethod,
	})
	if err != nil {
		return 1, err
	}
	fmt.Fprintf(os.Stderr, "TYPE %s\n", res.Type)
	if res.Plugin != nil {
		for _, p := range res.Plugin.ParametersAnnouncement {
			b, err := json.Marshal(p)
			if err != nil {
				return 1, err
			}
			fmt.Println(string(b))
		}
	}
	return 0, nil
}

// match asks every socket in the plugin folder whether it supports the application.
func (w *world) match() (int, error) {
	if w.gitRepo == "" {
		w.gitRepo = w.repo
	}
	dir := common.GetPluginSockFilePath()
	socks, err := filepath.Glob(filepath.Join(dir, "*.sock"))
	if err != nil {
		return 1, err
	}
	q := w.request()
	env := []string{"ARGOCD_APP_NAME=" + q.AppName, "ARGOCD_APP_SOURCE_PATH=" + q.ApplicationSource.Path}
	if p := q.ApplicationSource.Plugin; p != nil {
		for _, e := range p.Env {
			env = append(env, "ARGOCD_ENV_"+e.Name+"="+e.Value)
		}
	}
	for _, sock := range socks {
		conn, client, err := apiclient.NewConfigManagementPluginClientSet(sock).NewConfigManagementPluginClient()
		if err != nil {
			return 1, err
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(max(1, w.o.timeout))*time.Second)
		cfg, err := client.CheckPluginConfiguration(ctx, &emptypb.Empty{})
		if err == nil {
			fmt.Printf("%s isDiscoveryConfigured=%v provideGitCreds=%v\n", filepath.Base(sock), cfg.IsDiscoveryConfigured, cfg.ProvideGitCreds)
			var stream apiclient.ConfigManagementPluginService_MatchRepositoryClient
			if stream, err = client.MatchRepository(ctx); err == nil {
				if err = cmp.SendRepoStream(ctx, filepath.Join(w.gitRepo, q.ApplicationSource.Path), w.gitRepo, stream, env, w.o.tarExclude); err == nil {
					var res *apiclient.RepositoryResponse
					if res, err = stream.CloseAndRecv(); err == nil {
						fmt.Printf("%s isSupported=%v isDiscoveryEnabled=%v\n", filepath.Base(sock), res.IsSupported, res.IsDiscoveryEnabled)
					}
				}
			}
		}
		cancel()
		_ = conn.Close()
		if err != nil {
			return 1, fmt.Errorf("%s: %w", filepath.Base(sock), err)
		}
	}
	fmt.Printf("sockets: %s\n", strings.Join(socks, " "))
	return 0, nil
}
