package main

import (
	"context"
	"io"
	"time"

	"github.com/argoproj-labs/argocd-image-updater/registry-scanner/pkg/image"
	"github.com/argoproj-labs/argocd-image-updater/registry-scanner/pkg/log"
	"github.com/argoproj-labs/argocd-image-updater/registry-scanner/pkg/tag"
)

// image-updater-image: an entry of image-list, an update strategy and a filter as Argo CD Image Updater reads them, and
// for each of a list of tags whether the filter lets it pass.
// image-updater-choose: the tag that it takes of a list; null when it takes none.
func init() {
	log.Log().SetOutput(io.Discard)
	register("image-updater-image", func(request struct {
		Identifier string   `json:"identifier"`
		Strategy   string   `json:"strategy"`
		AllowTags  string   `json:"allowTags"`
		IgnoreTags []string `json:"ignoreTags"`
		Tags       []string `json:"tags"`
	}) (any, error) {
		ctx := context.Background()
		parsed := image.NewFromIdentifier(request.Identifier)
		constraint := ""
		if parsed.ImageTag != nil {
			constraint = parsed.ImageTag.TagName
		}
		vc := image.VersionConstraint{IgnoreList: request.IgnoreTags}
		vc.MatchFunc, vc.MatchArgs = parsed.ParseMatch(ctx, request.AllowTags)
		passes := []string{}
		for _, name := range request.Tags {
			if vc.MatchFunc(name, vc.MatchArgs) && !vc.IsTagIgnored(ctx, name) {
				passes = append(passes, name)
			}
		}
		return map[string]any{
			"alias":      parsed.ImageAlias,
			"name":       parsed.GetFullNameWithoutTag(),
			"constraint": constraint,
			"strategy":   parsed.ParseUpdateStrategy(ctx, request.Strategy).String(),
			"passes":     passes,
		}, nil
	})
	register("image-updater-choose", func(request struct {
		Strategy   string           `json:"strategy"`
		Constraint string           `json:"constraint"`
		Tags       map[string]int64 `json:"tags"` // to seconds since 1970
	}) (any, error) {
		ctx := context.Background()
		parsed := image.NewFromIdentifier("acme/a")
		vc := image.VersionConstraint{Constraint: request.Constraint, Strategy: parsed.ParseUpdateStrategy(ctx, request.Strategy)}
		tags := tag.NewImageTagList()
		for name, seconds := range request.Tags {
			tags.Add(tag.NewImageTag(name, time.Unix(seconds, 0), ""))
		}
		newest, err := parsed.GetNewestVersionFromTags(ctx, &vc, tags)
		if err != nil || newest == nil {
			return nil, err
		}
		return newest.TagName, nil
	})
}
