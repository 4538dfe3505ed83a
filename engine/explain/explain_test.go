package explain

import (
	"slices"
	"testing"
)

func TestExplain(t *testing.T) {
	variables := map[string]any{"app": map[string]any{"phase": "Running", "compared": "b", "operated": "a", "items": []any{"x"}}}
	for _, one := range []struct {
		condition string
		// want are the texts of the reasons, and the variables that name them.
		want []string
	}{
		{"app.phase == 'Running'", nil},
		{"app.phase == 'Failed' and true", []string{`app.phase == "Failed"`}},
		{"let current = app.compared == app.operated; let running = app.phase == 'Running'; (running ? (current ? 'in_progress' : '') : 'x') != ''",
			[]string{"running", "current: app.compared == app.operated"}},
		{"let state = app.phase == 'Running' ? '' : 'x'; (if state == '' { '' } else { 'y' }) != ''",
			[]string{`state == ""`, `state: app.phase == "Running"`}},
		{"let found = find(app.items, # == 'y'); (found == nil ? '' : found) != ''",
			[]string{"found == nil", `found: find(app.items, # == "y")`}},
		{"let some = filter(app.items, # == 'y'); any(some, true)", []string{"some", `some: filter(app.items, # == "y")`}},
		{"let all_ = concat(app.phase == 'Failed' ? ['a'] : [], filter(app.items, # == 'y')); findIndex(map(all_, #), true) != nil",
			[]string{"map(all_, #)", "all_", `all_: concat(app.phase == "Failed" ? ["a"] : [], filter(app.items, # == "y"))`}},
	} {
		reasons, err := Explain(one.condition, variables)
		if err != nil {
			t.Errorf("%s: %v", one.condition, err)
		}
		var got []string
		for _, reason := range reasons {
			text := reason.Text
			if reason.Variable != "" {
				text = reason.Variable + ": " + text
			}
			got = append(got, text)
		}
		if !slices.Equal(got, one.want) {
			t.Errorf("%s:\n got %q\nwant %q", one.condition, got, one.want)
		}
	}
}
