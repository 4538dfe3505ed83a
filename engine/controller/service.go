package controller

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	argocd "github.com/argoproj/argo-cd/v3/util/notification/argocd"
	"github.com/argoproj/argo-cd/v3/util/notification/expression/shared"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/cache"

	"waybill.dev/engine/cluster"
)

// Commit is what the repo-server says about a commit of the manifests' repository.
type Commit struct {
	Message string    `json:"message"`
	Author  string    `json:"author"`
	Date    time.Time `json:"date"`
	Tags    []string  `json:"tags"`
}

// service stands for the repo-server, which expressions and templates reach by repo.*.
type service struct {
	commits  map[string]Commit
	projects cache.SharedIndexInformer
}

// GetCommitMetadata fails for a commit that is not known, as the repo-server does.
func (s *service) GetCommitMetadata(_ context.Context, _, hash, _ string) (*shared.CommitMetadata, error) {
	known, is := s.commits[hash]
	if !is {
		return nil, fmt.Errorf("rpc error: code = Unknown desc = commit %q not found", hash)
	}
	return &shared.CommitMetadata{Message: known.Message, Author: known.Author, Date: known.Date, Tags: known.Tags}, nil
}

// GetAppDetails would need a rendering; nothing here has one.
func (s *service) GetAppDetails(context.Context, *v1alpha1.Application) (*shared.AppDetail, error) {
	return nil, errors.New("repo.GetAppDetails is not played here")
}

// GetAppProject reads the controller's own cache, as the real service does.
func (s *service) GetAppProject(_ context.Context, name string) (*unstructured.Unstructured, error) {
	found, is, err := s.projects.GetIndexer().GetByKey(cluster.Namespace + "/" + name)
	if err != nil {
		return nil, err
	}
	project, isProject := found.(*unstructured.Unstructured)
	if !is || !isProject {
		return nil, fmt.Errorf("cannot get application project %q", name)
	}
	return project.DeepCopy(), nil
}

// SetAppProjectInformer is called by the controller.
func (s *service) SetAppProjectInformer(informer cache.SharedIndexInformer) { s.projects = informer }

// NoService is for reading a configuration, when nobody asks about commits yet.
func NoService() argocd.Service { return &service{} }
