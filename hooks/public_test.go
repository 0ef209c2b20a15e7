package hooks_test

import (
	"encoding/json"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"

	"kpdk/hooks/internal/testapp"
)

// What a browser and a program get for an address that leads nowhere, and as what files are sent.
func TestAnAddressThatLeadsNowhere(t *testing.T) {
	server := testapp.New(t).Serve()
	for _, c := range []struct {
		name, path, accept string
		status             int
		kind, text         string
	}{
		{"a person who mistyped", "/kasirr", "text/html,application/xhtml+xml", http.StatusNotFound, "text/html", "Halaman ini tidak ada"},
		{"a person in a folder", "/anggota/tidak-ada.js", "text/html", http.StatusNotFound, "text/html", "Halaman ini tidak ada"},
		{"a program", "/kasirr", "application/json", http.StatusNotFound, "application/json", `"status":404`},
		{"a person at an unknown route", "/api/coop/nothing", "text/html", http.StatusNotFound, "application/json", `"status":404`},
		{"a person at a page", "/kasir/", "text/html", http.StatusOK, "text/html", `id="app"`},
		{"a phone that installs the till", "/kasir/manifest.json", "*/*", http.StatusOK, "application/json", `"start_url": "/kasir/"`},
		{"a phone that installs the member's page", "/anggota/manifest.json", "*/*", http.StatusOK, "application/json", `"start_url": "/anggota/"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			request, err := http.NewRequest(http.MethodGet, server.URL+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept", c.accept)
			answer, err := server.Client().Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = answer.Body.Close() }()
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != c.status || !strings.HasPrefix(answer.Header.Get("Content-Type"), c.kind) || !strings.Contains(string(body), c.text) {
				t.Errorf("%d %s %.200s", answer.StatusCode, answer.Header.Get("Content-Type"), body)
			}
		})
	}
}

// A member's phone gets its words in parts: what the modules at hand say is there, and what they don't say
// waits for the screens that do.
func TestAPhoneGetsTheWordsItsScreensSay(t *testing.T) {
	server := testapp.New(t).Serve()
	get := func(name string) map[string]string {
		t.Helper()
		answer, err := server.Client().Get(server.URL + "/words/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		texts := map[string]string{}
		if err := json.NewDecoder(answer.Body).Decode(&texts); err != nil || answer.StatusCode != http.StatusOK {
			t.Fatal(name, answer.Status, err)
		}
		return texts
	}
	sources, head, inside := pages(t), regexp.MustCompile(`(?m)^(?:import|export)\b[^;'"(]*'(\.[^']+)';`), regexp.MustCompile(`\bimport\('(\.[^']+)'\)\.then`)
	say := func(from string, late bool) (said []string) {
		seen, open := map[string]bool{}, []string{from}
		for len(open) > 0 {
			name := open[0]
			open = open[1:]
			if seen[name] {
				continue
			}
			seen[name] = true
			for _, m := range spoken.FindAllStringSubmatch(sources[name], -1) {
				said = append(said, m[2])
			}
			ways := head.FindAllStringSubmatch(sources[name], -1)
			if late {
				ways = append(ways, inside.FindAllStringSubmatch(sources[name], -1)...)
			}
			for _, m := range ways {
				open = append(open, path.Join(path.Dir(name), m[1]))
			}
		}
		return said
	}
	atHome, later := say("/anggota/app.js", false), say("/anggota/app.js", true)
	if len(atHome) < 60 || len(later) < 300 {
		t.Fatalf("only %d and %d words found: the search is broken", len(atHome), len(later))
	}
	for _, language := range []string{"id", "en"} {
		first, rest, join := get(language+".member.json"), get(language+".later.json"), get(language+".join.json")
		for _, key := range atHome {
			if first[key] == "" {
				t.Errorf("%s: home says %s before it has come", language, key)
			}
		}
		for _, key := range later {
			if first[key] == "" && rest[key] == "" && join[key] == "" {
				t.Errorf("%s: nobody brings %s", language, key)
			}
		}
		for key := range rest {
			if first[key] != "" || join[key] != "" {
				t.Errorf("%s: %s comes twice", language, key)
			}
		}
		for _, key := range []string{"fault.store.no_mandate", "member.tender_cash", "member.goods"} { // from a code, or a kind
			if first[key] == "" {
				t.Errorf("%s: %s is missing", language, key)
			}
		}
		if first["till.code_good"] != "" || first["member.draw_go"] != "" || len(first) > 300 {
			t.Errorf("%s: home brings %d words, others' too", language, len(first))
		}
	}
}

// What a door keeps for offline is there to keep: one address that leads nowhere, and nothing is kept.
func TestWhatADoorKeepsIsThere(t *testing.T) {
	server, sources, quoted := testapp.New(t).Serve(), pages(t), regexp.MustCompile(`'(/[^']*)'`)
	for _, worker := range []string{"/anggota/sw.js", "/kasir/sw.js"} {
		shell := quoted.FindAllStringSubmatch(sources[worker], -1)
		if len(shell) < 5 {
			t.Fatalf("%s: only %d addresses found: the search is broken", worker, len(shell))
		}
		for _, m := range shell {
			answer, err := server.Client().Get(server.URL + m[1])
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Errorf("%s keeps %s: %s", worker, m[1], answer.Status)
			}
		}
	}
}
