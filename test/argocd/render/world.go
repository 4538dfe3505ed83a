package render

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/cache"
	"github.com/argoproj/argo-cd/v3/reposerver/metrics"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	cacheutil "github.com/argoproj/argo-cd/v3/util/cache"
	"github.com/argoproj/argo-cd/v3/util/git"
	utilio "github.com/argoproj/argo-cd/v3/util/io"
	"github.com/argoproj/argo-cd/v3/util/tls"
	"google.golang.org/grpc"
	"k8s.io/apimachinery/pkg/api/resource"
)

// world is one run's surroundings: a plugin socket folder, perhaps the cmp-server behind it, a git
// repository, and an in-process repo-server with a client on it.
type world struct {
	o       *options
	tmp     string
	repo    string // repository root given
	gitRepo string // repository root served to the repo-server
	src     *v1alpha1.ApplicationSource
	cmp     *exec.Cmd
	cmpDone chan error
	server  *grpc.Server
	floor   *grpc.Server
	client  apiclient.RepoServerServiceClient
	conn    utilio.Closer
}

func (w *world) close() {
	if w.conn != nil {
		_ = w.conn.Close()
	}
	if w.server != nil {
		w.server.Stop()
	}
	if w.floor != nil {
		w.floor.Stop()
	}
	if w.cmp != nil { // on SIGTERM it removes its socket and serves on, so kill
		_ = w.cmp.Process.Kill()
		<-w.cmpDone
	}
}

// startPlugin starts argocd-cmp-server on -config and waits for its socket, or takes -sockets, or serves -floor.
func (w *world) startPlugin() error {
	sockets := w.o.sockets
	if sockets == "" {
		sockets = filepath.Join(w.tmp, "plugins")
		if err := os.Mkdir(sockets, 0o755); err != nil {
			return err
		}
	}
	sockets, err := filepath.Abs(sockets)
	if err != nil {
		return err
	}
	if err := os.Setenv("ARGOCD_PLUGINSOCKFILEPATH", sockets); err != nil {
		return err
	}
	if w.o.floor {
		w.floor, err = startFloor(sockets)
		return err
	}
	if w.o.config == "" {
		return nil
	}
	if st, err := os.Stat(w.o.config); err == nil && !st.IsDir() {
		return fmt.Errorf("-config takes the folder that holds plugin.yaml")
	}
	level := "error"
	if w.o.verbose {
		level = "debug"
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.Command(self, "cmp-server", "--config-dir-path", w.o.config, "--loglevel", level, "--logformat", "text")
	// As in a sidecar, the plugin inherits the server's environment: keep it small and known.
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.tmp,
		"ARGOCD_PLUGINSOCKFILEPATH=" + sockets, "ARGOCD_CMP_WORKDIR=" + filepath.Join(w.tmp, "cmp")}
	c.Env = append(c.Env, w.o.cmpEnv...)
	out := &tail{max: 4096}
	c.Stdout, c.Stderr = out, out
	if w.o.verbose {
		c.Stdout, c.Stderr = os.Stderr, os.Stderr
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("start argocd-cmp-server: %w", err)
	}
	w.cmp, w.cmpDone = c, make(chan error, 1)
	go func() { w.cmpDone <- c.Wait() }()
	for range 400 {
		select {
		case err := <-w.cmpDone:
			w.cmp = nil
			return fmt.Errorf("argocd-cmp-server ended at once (%v): %s", err, out)
		case <-time.After(25 * time.Millisecond):
		}
		if socks, _ := filepath.Glob(filepath.Join(sockets, "*.sock")); len(socks) > 0 {
			if conn, err := net.Dial("unix", socks[0]); err == nil {
				_ = conn.Close()
				return nil
			}
		}
	}
	return errors.New("argocd-cmp-server opened no socket within 10 s")
}

type tail struct {
	max int
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if len(t.buf) > t.max {
		t.buf = t.buf[len(t.buf)-t.max:]
	}
	return len(p), nil
}
func (t *tail) String() string { return strings.TrimSpace(string(t.buf)) }

func gitCmd(dir string, args ...string) (string, error) {
	c := exec.Command("git", append([]string{"-c", "user.name=argocd-render", "-c", "user.email=argocd-render@example.invalid", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"}, args...)...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// prepareGit points gitRepo at a git repository that holds the tree given.
func (w *world) prepareGit() error {
	if _, err := os.Stat(filepath.Join(w.repo, ".git")); err == nil {
		w.gitRepo = w.repo
		return nil
	}
	w.gitRepo = filepath.Join(w.tmp, "src")
	if out, err := exec.Command("cp", "-a", w.repo, w.gitRepo).CombinedOutput(); err != nil {
		return fmt.Errorf("copy: %w: %s", err, out)
	}
	for _, a := range [][]string{{"init", "-q"}, {"add", "-A", "-f"}, {"commit", "-q", "--allow-empty", "-m", "argocd-render"}} {
		if _, err := gitCmd(w.gitRepo, a...); err != nil {
			return err
		}
	}
	return nil
}

// startRepoServer runs Argo CD's own repo-server inside this process, with an in-memory cache in
// place of Redis, on a loopback port, and connects Argo CD's own client to it.
func (w *world) startRepoServer() error {
	if w.o.via == "direct" {
		w.gitRepo = w.repo
		return nil
	}
	if err := w.prepareGit(); err != nil {
		return err
	}
	// The repo-server always runs this helper, also with verification off; the image ships it.
	bin := filepath.Join(w.tmp, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(bin, "git-verify-wrapper.sh"), []byte("#!/bin/sh\nexit 0\n"), 0o755); err != nil {
		return err
	}
	work := filepath.Join(w.tmp, "repo-server")
	if err := os.Mkdir(work, 0o755); err != nil {
		return err
	}
	for k, v := range map[string]string{"PATH": bin + ":" + os.Getenv("PATH"), "TMPDIR": work} {
		if err := os.Setenv(k, v); err != nil {
			return err
		}
	}
	store := cache.NewCache(cacheutil.NewCache(cacheutil.NewInMemoryCache(time.Hour)), time.Hour, time.Hour, 10*time.Second)
	consts := repository.RepoServerInitConstants{
		PauseGenerationAfterFailedGenerationAttempts: 3,
		PauseGenerationOnFailureForMinutes:           60,
		SubmoduleEnabled:                             true,
		MaxCombinedDirectoryManifestsSize:            resource.MustParse("10M"),
		CMPTarExcludedGlobs:                          w.o.tarExclude,
		CMPUseManifestGeneratePaths:                  w.o.useGeneratePaths,
		StreamedManifestMaxExtractedSize:             1 << 30,
		StreamedManifestMaxTarSize:                   100 << 20,
	}
	srv, err := reposerver.NewServer(metrics.NewMetricsServer(), store, nil, consts, git.NoopCredsStore{}, "", true)
	if err != nil {
		return err
	}
	w.server = srv.CreateGRPC()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = w.server.Serve(l) }()
	w.conn, w.client, err = apiclient.NewRepoServerClientset(l.Addr().String(), w.o.timeout, tls.Configuration{DisableTLS: true}).NewRepoServerClient()
	return err
}

func (w *world) repoURL() string {
	if w.o.via == "direct" && w.o.repoURL != "" {
		return w.o.repoURL
	}
	return "file://" + w.gitRepo
}

func (w *world) request() *apiclient.ManifestRequest {
	o := w.o
	src := w.src.DeepCopy()
	src.RepoURL = w.repoURL()
	return &apiclient.ManifestRequest{
		Repo:                            &v1alpha1.Repository{Repo: w.repoURL(), Type: "git"},
		Revision:                        src.TargetRevision,
		NoCache:                         !o.cache,
		AppLabelKey:                     o.appLabelKey,
		AppName:                         o.app,
		Namespace:                       o.namespace,
		ApplicationSource:               src,
		KubeVersion:                     o.kubeVersion,
		ApiVersions:                     strings.Split(o.apiVersions, ","),
		TrackingMethod:                  o.tracking,
		ProjectName:                     o.project,
		ProjectSourceRepos:              []string{"*"},
		AnnotationManifestGeneratePaths: o.generatePaths,
	}
}

// render asks for the manifests once, as the application controller does.
func (w *world) render(ctx context.Context) (*apiclient.ManifestResponse, error) {
	q := w.request()
	if w.o.via != "direct" {
		res, err := w.client.GenerateManifest(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("Failed to load target state: failed to generate manifest for source 1 of 1: %w", err) //nolint:staticcheck
		}
		return res, nil
	}
	if w.o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(w.o.timeout)*time.Second)
		defer cancel()
	}
	appPath := filepath.Join(w.repo, q.ApplicationSource.Path)
	tarDone := make(chan bool, 1)
	return repository.GenerateManifests(ctx, appPath, w.repo, w.o.revision, q, false, git.NoopCredsStore{}, resource.MustParse("10M"),
		utilio.NewRandomizedTempPaths(w.tmp), repository.WithCMPTarDoneChannel(tarDone),
		repository.WithCMPTarExcludedGlobs(w.o.tarExclude), repository.WithCMPUseManifestGeneratePaths(w.o.useGeneratePaths))
}
