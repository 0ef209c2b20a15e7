package console_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kpdk/hooks/console"
	"kpdk/hooks/internal/testapp"
)

func read(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("ui", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// The dashboard joins every extension's main.js into one async function: a static import, or a last line
// without an end, would silently switch all of them off.
func TestMainStandsInsideTheDashboardsFunction(t *testing.T) {
	main := read(t, "main.js")
	if regexp.MustCompile(`(?m)^\s*(import\s[^(]|export\s)`).MatchString(main) {
		t.Error("main.js has a static import or export")
	}
	if !strings.HasSuffix(main, "\n") {
		t.Error("main.js must end with a newline")
	}
}

func TestNobodyGetsTheExtensionFreshEveryTime(t *testing.T) {
	server := testapp.New(t).Serve()
	for _, path := range []string{"/_/extensions.js", "/_/extensions/" + console.Name + "/console.css"} {
		answer, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d %q", path, answer.StatusCode, answer.Header.Get("Cache-Control"))
		}
		if path == "/_/extensions.js" && !strings.Contains(string(body), "#/potong-gaji") {
			t.Error("the dashboard does not get the page Potong Gaji")
		}
	}
}

// Every collection a manager can see has its place and its words; nothing is named that is not there.
func TestEveryCollectionHasItsPlace(t *testing.T) {
	between := regexp.MustCompile(`(?s)/\* groups \*/(.*?)/\* end \*/`).FindStringSubmatch(read(t, "main.js"))
	if between == nil {
		t.Fatal("main.js has no groups")
	}
	var groups []struct {
		Word        string
		Collections []string
	}
	if err := json.Unmarshal([]byte(between[1]), &groups); err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	raw, err := os.ReadFile(filepath.Join(testapp.Root(), "pb_public", "words", "id.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	var placed []string
	for _, g := range groups {
		if words["office.group_"+g.Word] == "" {
			t.Errorf("group %s has no words", g.Word)
		}
		placed = append(placed, g.Collections...)
	}
	all, err := testapp.New(t).FindAllCollections()
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, c := range all {
		if c.System {
			continue
		}
		there = append(there, c.Name)
		if !slices.Contains(placed, c.Name) {
			t.Errorf("%s is in no group", c.Name)
		}
		if words["office.coll_"+c.Name] == "" {
			t.Errorf("%s has no words", c.Name)
		}
	}
	for _, name := range placed {
		if !slices.Contains(there, name) {
			t.Errorf("%s is placed but not there", name)
		}
	}
}
