package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/distribution/distribution/v3"
	"github.com/distribution/distribution/v3/manifest/manifestlist"
	"github.com/distribution/distribution/v3/manifest/ocischema"
	"github.com/distribution/distribution/v3/manifest/schema2"
	"github.com/distribution/reference"
	"github.com/opencontainers/image-spec/specs-go"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// image is what a test wants to be in a repository. It goes straight into the storage, as any pusher's bytes would.
type image struct {
	Repository string `json:"repository"`
	Tag        string `json:"tag"`
	// RFC 3339, of the config.
	Created string            `json:"created"`
	Labels  map[string]string `json:"labels"`
	// Of the manifest (of each, in an index).
	Annotations map[string]string `json:"annotations"`
	// linux/amd64, linux/arm64/v8 without these. Several, or index, make an index.
	Platforms        []v1.Platform     `json:"platforms"`
	Index            bool              `json:"index"`
	IndexAnnotations map[string]string `json:"indexAnnotations"`
	// An index also has an attestation manifest, as buildkit pushes it.
	Attestation bool `json:"attestation"`
	// Docker's media types in place of OCI's.
	Docker bool `json:"docker"`
}

// pushed is what became of an image: digest of the index or manifest.
type pushed struct {
	Digest string `json:"digest"`
}

func (made *server) push(images []image) ([]pushed, error) {
	done := []pushed{}
	for _, one := range images {
		result, err := made.pushOne(context.Background(), one)
		if err != nil {
			return nil, fmt.Errorf("%s:%s: %w", one.Repository, one.Tag, err)
		}
		done = append(done, result)
	}
	return done, nil
}

func (made *server) pushOne(ctx context.Context, one image) (pushed, error) {
	named, err := reference.WithName(one.Repository)
	if err != nil {
		return pushed{}, err
	}
	repository, err := made.storage.Repository(ctx, named)
	if err != nil {
		return pushed{}, err
	}
	manifests, err := repository.Manifests(ctx)
	if err != nil {
		return pushed{}, err
	}
	platforms := one.Platforms
	if len(platforms) == 0 {
		platforms = []v1.Platform{{OS: "linux", Architecture: "amd64"}}
	}
	descriptors := []v1.Descriptor{}
	for _, platform := range platforms {
		made, err := putManifest(ctx, repository, manifests, one, platform)
		if err != nil {
			return pushed{}, err
		}
		descriptors = append(descriptors, made)
	}
	top := descriptors[0]
	if one.Index || len(descriptors) > 1 || one.Attestation {
		if top, err = putIndex(ctx, repository, manifests, one, descriptors); err != nil {
			return pushed{}, err
		}
	}
	if one.Tag != "" {
		if err := repository.Tags(ctx).Tag(ctx, one.Tag, top); err != nil {
			return pushed{}, err
		}
	}
	return pushed{Digest: top.Digest.String()}, nil
}

type manifestStore = distribution.ManifestService

func put(ctx context.Context, manifests manifestStore, made distribution.Manifest) (v1.Descriptor, error) {
	mediaType, payload, err := made.Payload()
	if err != nil {
		return v1.Descriptor{}, err
	}
	stored, err := manifests.Put(ctx, made)
	return v1.Descriptor{MediaType: mediaType, Digest: stored, Size: int64(len(payload))}, err
}

func putManifest(ctx context.Context, repository distribution.Repository, manifests manifestStore, one image, platform v1.Platform) (v1.Descriptor, error) {
	config := map[string]any{
		"architecture": platform.Architecture, "os": platform.OS,
		"config": map[string]any{"Labels": one.Labels},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{}},
	}
	if platform.Variant != "" {
		config["variant"] = platform.Variant
	}
	if one.Created != "" {
		config["created"] = one.Created
	}
	text, err := json.Marshal(config)
	if err != nil {
		return v1.Descriptor{}, err
	}
	configType := v1.MediaTypeImageConfig
	if one.Docker {
		configType = schema2.MediaTypeImageConfig
	}
	blob, err := repository.Blobs(ctx).Put(ctx, configType, text)
	if err != nil {
		return v1.Descriptor{}, err
	}
	blob.MediaType = configType
	var manifest distribution.Manifest
	if one.Docker {
		manifest, err = schema2.FromStruct(schema2.Manifest{
			Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: schema2.MediaTypeManifest, Config: blob, Layers: []v1.Descriptor{},
		})
	} else {
		manifest, err = ocischema.FromStruct(ocischema.Manifest{
			Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageManifest,
			Config: blob, Layers: []v1.Descriptor{}, Annotations: one.Annotations,
		})
	}
	if err != nil {
		return v1.Descriptor{}, err
	}
	descriptor, err := put(ctx, manifests, manifest)
	descriptor.Platform = &platform
	return descriptor, err
}

func putIndex(ctx context.Context, repository distribution.Repository, manifests manifestStore, one image, descriptors []v1.Descriptor) (v1.Descriptor, error) {
	if one.Docker {
		entries := []manifestlist.ManifestDescriptor{}
		for _, descriptor := range descriptors {
			platform := manifestlist.PlatformSpec{OS: descriptor.Platform.OS, Architecture: descriptor.Platform.Architecture, Variant: descriptor.Platform.Variant}
			descriptor.Platform = nil
			entries = append(entries, manifestlist.ManifestDescriptor{Descriptor: descriptor, Platform: platform})
		}
		list, err := manifestlist.FromDescriptors(entries)
		if err != nil {
			return v1.Descriptor{}, err
		}
		return put(ctx, manifests, list)
	}
	if one.Attestation {
		attestation, err := putManifest(ctx, repository, manifests, image{}, v1.Platform{OS: "unknown", Architecture: "unknown"})
		if err != nil {
			return v1.Descriptor{}, err
		}
		attestation.Annotations = map[string]string{
			"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": descriptors[0].Digest.String(),
		}
		// First, where a careless reader would take it for the image.
		descriptors = append([]v1.Descriptor{attestation}, descriptors...)
	}
	index, err := ocischema.FromDescriptors(descriptors, one.IndexAnnotations)
	if err != nil {
		return v1.Descriptor{}, err
	}
	return put(ctx, manifests, index)
}
