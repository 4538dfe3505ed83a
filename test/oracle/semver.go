package main

import (
	"path"
	"sort"

	"github.com/Masterminds/semver/v3"
)

// semver-check: for each version of a list whether it satisfies the constraint; null for what is no version.
// semver-sort: the versions of a list that are versions, ascending, equal ones in the order given.
// path-match: whether a glob matches, as Image Updater matches tags to be ignored.
func init() {
	register("semver-check", func(request struct {
		Constraint string   `json:"constraint"`
		Versions   []string `json:"versions"`
	}) (any, error) {
		constraint, err := semver.NewConstraint(request.Constraint)
		if err != nil {
			return nil, err
		}
		answers := make([]any, 0, len(request.Versions))
		for _, text := range request.Versions {
			if version, err := semver.NewVersion(text); err != nil {
				answers = append(answers, nil)
			} else {
				answers = append(answers, constraint.Check(version))
			}
		}
		return answers, nil
	})
	register("semver-sort", func(request struct {
		Versions []string `json:"versions"`
	}) (any, error) {
		versions := semver.Collection{}
		for _, text := range request.Versions {
			if version, err := semver.NewVersion(text); err == nil {
				versions = append(versions, version)
			}
		}
		sort.Stable(versions)
		texts := make([]string, 0, len(versions))
		for _, version := range versions {
			texts = append(texts, version.Original())
		}
		return texts, nil
	})
	register("path-match", func(request struct {
		Pattern string `json:"pattern"`
		Text    string `json:"text"`
	}) (any, error) {
		return path.Match(request.Pattern, request.Text)
	})
}
